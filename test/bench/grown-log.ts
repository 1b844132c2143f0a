import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { readConfiguration } from '../../server/inventory/current.ts'
import { appendDecisions, type SentDecision } from '../../server/ledger/append.ts'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import type { AskedSite } from '../../server/marketing/status.ts'
import { time, uuid7 } from './decision-body.ts'

const SITE = 'loom'
/** One in so many entries is an opt-in with its address sealed. */
const OPT_IN_EVERY = 10
const AT_ONCE = 500

/** A ledger of one site in a folder of its own, opened as a server opens it. */
export interface OpenLog {
  readonly ledger: Ledger
  readonly site: AskedSite
  /** Appends so many entries, each a call of its own, as so many requests of one turn would. */
  appendAtOnce(count: number): Promise<void>
  /** An address that opted in. */
  addressDrawn(): string
  close(): Promise<void>
}

export async function openLog(root: string, folder: string): Promise<OpenLog> {
  const publish = [
    join(root, 'server/cli/main.ts'),
    'site',
    'publish',
    'demo/loom/site.json',
    '--data',
    folder,
  ]
  execFileSync(process.execPath, publish, { cwd: root })
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now)
  const { configuration, files } = ledger.store.current(SITE)!
  const site = { key: SITE, configuration: readConfiguration(ledger.store, SITE, configuration) }
  let optedIn = 0
  let made = 0

  function decision(): SentDecision {
    const now = Date.now()
    const random = randomBytes(26).toString('hex')
    return {
      id: uuid7(now, random),
      type: 'decision',
      decidedAt: now,
      secret: time(now) + random.slice(20),
      configuration,
      text: files['first.en']!,
      language: 'en',
      method: 'banner',
      choices: { preferences: true, analytics: true, marketing: false },
    }
  }

  function optIn(): SentOptIn {
    const now = Date.now()
    const address = addressOf(optedIn++)
    return {
      id: uuid7(now, randomBytes(26).toString('hex')),
      address,
      program: 'weekly',
      channel: 'email',
      decidedAt: now,
      configuration,
      text: files['opt-in.weekly.en']!,
      language: 'en',
      method: 'form',
    }
  }

  async function appendOne(): Promise<void> {
    const [answer] =
      made++ % OPT_IN_EVERY === 0
        ? await appendOptIns(ledger, SITE, [optIn()], site.configuration, { network: '192.0.2.0/24' })
        : await appendDecisions(ledger, SITE, [decision()])
    if (!answer || 'refused' in answer)
      throw new Error(`the ledger refused an entry of this benchmark: ${JSON.stringify(answer)}`)
  }

  return {
    ledger,
    site,
    appendAtOnce: async count => void (await Promise.all(Array.from({ length: count }, appendOne))),
    addressDrawn: () => addressOf(Math.floor(Math.random() * optedIn)),
    close,
  }
}

const addressOf = (n: number): string => `reader-${n}@mail.example`

/** Appends until the log has `size` entries. */
export async function growLog(
  { ledger, appendAtOnce }: OpenLog,
  size: number,
  tell: (done: number, of: number) => void,
): Promise<void> {
  for (let n = 0; ; n++) {
    const left = size - ledger.store.log(SITE).size
    if (n % 40 === 0 || left <= 0) tell(size - left, size)
    if (left <= 0) return
    await appendAtOnce(Math.min(left, AT_ONCE))
  }
}
