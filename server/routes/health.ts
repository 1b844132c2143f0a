import type { Handler } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'

export interface Readiness {
  readonly ledger: Ledger
  /** Sites whose last checkpoint could not be signed. */
  readonly failedCheckpoints: () => readonly string[]
  /** Sites whose log must not grow until an operator decides. */
  readonly suspended: ReadonlySet<string>
  /** Witnesses that have seen what a log does not continue, as `site (witness)`. */
  readonly contradicted: () => readonly { readonly site: string; readonly witness: string }[]
  /** The built files a publication needs are there. */
  readonly builtFiles: () => boolean
}

/** The process lives and the database answers. */
export const health =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    c.header('Cache-Control', 'no-store')
    try {
      ledger.store.ping()
    } catch {
      // What is wrong with it is logged where it hurts a visitor; whoever asks here wants a yes or no.
      c.header('Retry-After', '5')
      return problem(c, 'storage-unavailable', 'Look at the server log: the database does not answer.')
    }
    return c.json({ status: 'ok' })
  }

/** Whether everything this server is for can be done, and what cannot. */
export const readiness =
  ({ ledger, failedCheckpoints, suspended, contradicted, builtFiles }: Readiness): Handler<AppEnv> =>
  c => {
    c.header('Cache-Control', 'no-store')
    const sites = ledger.store.sites()
    const withoutKey = sites.filter(site => !hasKey(ledger, site))
    const failed = failedCheckpoints()
    const contradictions = contradicted()
    const checks = {
      sites: sites.length > 0 ? 'ok' : 'no site is published: run "assent site publish <file>"',
      keys: withoutKey.length === 0 ? 'ok' : `the signing key cannot be used: ${withoutKey.join(', ')}`,
      dist: builtFiles() ? 'ok' : 'dist/ is incomplete: run "npm run build"',
      checkpoints:
        failed.length === 0 ? 'ok' : `the last checkpoint could not be signed: ${failed.join(', ')}`,
      decisions:
        suspended.size === 0
          ? 'ok'
          : `refused until an operator decides, as the server log says: ${[...suspended].join(', ')}`,
    }
    const ready = Object.values(checks).every(check => check === 'ok')
    // Of a witness that is down nothing is said: nothing waits for it. One that contradicts may be wrong, or right about what
    // an operator gave up: taking the site down would help nobody.
    const witnesses =
      contradictions.length === 0
        ? 'ok'
        : `a witness has seen another history, as the server log says: ${contradictions.map(({ site, witness }) => `${site} (${witness})`).join(', ')}`
    return c.json(
      { status: ready ? 'ready' : 'not ready', checks: { ...checks, witnesses } },
      ready ? 200 : 503,
    )
  }

function hasKey(ledger: Ledger, site: string): boolean {
  try {
    return ledger.signer(site).vkey !== ''
  } catch {
    // The checkpoint job logs why; here it is named as not ready.
    return false
  }
}
