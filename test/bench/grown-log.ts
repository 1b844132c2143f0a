import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { readConfiguration } from '../../server/inventory/current.ts'
import { appendDecisions, type SentDecision } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { decisionBodies, time, uuid7 } from './decision-body.ts'
import { makeKey } from './opt-ins.ts'

const SITE = 'loom'
/** One in so many entries is an opt-in with its address sealed. */
const OPT_IN_EVERY = 10
const AT_ONCE = 500

const addressOf = (n: number): string => `reader-${n}@mail.example`

/** Some address that opted in; the first hundredth of a log may be its publication. */
export const addressIn = (size: number): string =>
  addressOf(Math.floor((size / OPT_IN_EVERY) * (0.01 + 0.99 * Math.random())))

/** Appends to a ledger that no server has open until its log has `size` entries, the last of them signed. */
export async function growLog(
  root: string,
  folder: string,
  size: number,
  tell: (done: number, of: number) => void,
): Promise<{ readonly key: string; readonly decisions: () => string }> {
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
  const programs = readConfiguration(ledger.store, SITE, configuration)
  const choices = { preferences: true, analytics: true, marketing: false }
  const text = files['first.en']!

  async function appendOne(n: number): Promise<void> {
    const now = Date.now()
    const random = randomBytes(26).toString('hex')
    const said = { id: uuid7(now, random), decidedAt: now, configuration, language: 'en' }
    const optIn: SentOptIn = {
      ...said,
      address: addressOf(n / OPT_IN_EVERY),
      program: 'weekly',
      channel: 'email',
      text: files['opt-in.weekly.en']!,
      method: 'form',
    }
    const decision: SentDecision = {
      ...said,
      type: 'decision',
      secret: time(now) + random.slice(20),
      text,
      method: 'banner',
      choices,
    }
    const [answer] =
      n % OPT_IN_EVERY === 0
        ? await appendOptIns(ledger, SITE, [optIn], programs, { network: '192.0.2.0/24' })
        : await appendDecisions(ledger, SITE, [decision])
    if (!answer || 'refused' in answer)
      throw new Error(`the ledger refused an entry of this benchmark: ${JSON.stringify(answer)}`)
  }

  try {
    for (let n = ledger.store.log(SITE).size; n < size; n += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, size - n) }, (_, i) => appendOne(n + i)))
      if (n % 20_000 < AT_ONCE) tell(n, size)
    }
    tell(size, size)
    checkpoint(ledger, SITE)
    return { key: makeKey(folder), decisions: decisionBodies({ configuration, text, choices }) }
  } finally {
    await close()
  }
}
