import type { Context, Handler } from 'hono'
import type { Log } from '../../shared/domain/log.ts'
import type { Providers } from '../../shared/schemas/providers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Provider, ProviderEvent } from '../marketing/inbound/event.ts'
import { hear } from '../marketing/inbound/hear.ts'
import type { HookRefusal, HookRequest, RefusedHook } from '../marketing/inbound/hook.ts'
import type { FetchPinned } from '../marketing/inbound/sns.ts'
import type { MessageLog } from '../marketing/inbound/inbox.ts'
import { takeEvent, type Taken } from '../marketing/inbound/take.ts'
import { readRaw } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem, type ProblemSlug } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { limitedNow, type Limits } from '../middleware/rate-limit.ts'
import type { TrustedProxies } from '../middleware/proxies.ts'
import { twiml } from './twiml.ts'

export interface HookDeps {
  readonly ledger: Ledger
  readonly messages: MessageLog
  readonly providers: Providers
  /** Public address of this server: what providers sign. */
  readonly url: string
  readonly holdHours: number
  readonly fetchPinned: FetchPinned
  readonly limits: Limits
  readonly proxies: TrustedProxies
  readonly log: Log
}

/** The longest a provider sends at once. */
const LIMITS: Readonly<Record<Provider, number>> = {
  twilio: 65_536,
  sendgrid: 1_048_576,
  ses: 1_048_576,
  generic: 1_048_576,
}

/**
 * What a provider reports, once it is known to be the provider's. Every entry it leads to is on disk before it is answered;
 * told again, it adds none.
 */
export const receiveHook =
  (provider: Provider, deps: HookDeps): Handler<AppEnv> =>
  async c => {
    const { key } = c.get('site')
    const { hooks, replies = 'provider' } = Object.hasOwn(deps.providers, key) ? deps.providers[key]! : {}
    if (!hooks?.[provider])
      return problem(
        c,
        'unknown-hook',
        `Write hooks.${provider} of "${key}" into the file of providers, and start the server again.`,
      )
    const raw = await readRaw(c, LIMITS[provider])
    if ('refusal' in raw) return raw.refusal
    const { ledger, fetchPinned, messages, holdHours } = deps
    const heard = await hear(provider, requestOf(c, raw.bytes, deps.url), hooks, {
      now: ledger.now(),
      fetchPinned,
    })
    // Only of those whose word is not believed: nobody else's requests may keep a provider's from being heard.
    if (!heard || 'refused' in heard) return refused(c, deps, provider, heard)

    const inbox = {
      ledger,
      messages,
      replies: canAnswer(c, provider) ? replies : 'provider',
      holdHours,
    } as const
    const taken: Taken[] = []
    for (const event of heard.events) {
      // oxlint-disable-next-line no-await-in-loop -- in the order they happened: a stop before a start
      taken.push(await takeEvent(inbox, c.get('site'), event))
      tellOfConnection(deps.log, key, event)
    }
    tellOfRefused(deps.log, key, provider, taken)
    if (provider === 'twilio')
      return twiml(
        c,
        taken.flatMap(({ reply }) => reply?.text ?? []),
      )
    return freshJson(c, { events: taken })
  }

/** A text goes back in the answer: Twilio sends it itself, a gateway's script has to. The others take none. */
const canAnswer = (c: Context<AppEnv>, provider: Provider): boolean =>
  provider === 'generic' || (provider === 'twilio' && isForm(c))

const isForm = (c: Context<AppEnv>): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')

/** The address as it is configured, and of the request only what comes behind the host. */
function requestOf(c: Context<AppEnv>, body: Uint8Array, url: string): HookRequest {
  const asked = new URL(c.req.url)
  return {
    body,
    header: name => c.req.header(name),
    url: `${url.replace(/\/$/, '')}${asked.pathname}${asked.search}`,
  }
}

const SLUGS: Readonly<Record<HookRefusal, ProblemSlug>> = {
  'signature-missing': 'hook-unsigned',
  'signature-wrong': 'hook-unsigned',
  'too-old': 'hook-unsigned',
  'not-ours': 'hook-not-ours',
  'certificate-elsewhere': 'hook-not-ours',
  malformed: 'hook-malformed',
}

function refused(
  c: Context<AppEnv>,
  { limits, proxies, log }: HookDeps,
  provider: Provider,
  { refused: reason, detail }: RefusedHook = {
    refused: 'malformed',
    detail: 'Send what the provider sends.',
  },
): Response {
  const over = limitedNow(c, limits, proxies)
  if (over) return over
  log.warn('hook refused', { site: c.get('site').key, provider, reason, do: detail })
  return problem(c, SLUGS[reason], detail)
}

function tellOfConnection(log: Log, site: string, { kind, provider }: ProviderEvent): void {
  if (kind === 'connected') log.info('hook connected', { site, provider })
  if (kind === 'disconnected')
    log.warn('hook disconnected', { site, provider, do: 'subscribe it again: nothing is reported any more' })
}

/** What no address could be made of: sending it again would change nothing. */
function tellOfRefused(log: Log, site: string, provider: Provider, taken: readonly Taken[]): void {
  const count = taken.filter(({ did }) => did === 'refused').length
  if (count > 0) log.warn('reported addresses not understood', { site, provider, count })
}
