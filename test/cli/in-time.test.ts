import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import {
  anOptIn,
  anOptOut,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { aDataFolder, type DataFolder } from '../support/serve.ts'

const HOUR = 3_600_000
let data: DataFolder
/** When the world of this file began; it opted in an hour later, and out two hours after that, heard of a day later. */
let start: number
const at = (hours: number) => new Date(start + hours * HOUR).toISOString()

beforeAll(async () => {
  start = Date.now() - 30 * HOUR
  data = await aDataFolder({ now: () => start })
  let hours = 0
  const now = () => start + hours * HOUR
  const { ledger, folders, close } = await openData(readConfig({ data: data.folder }, {}), now)
  const configuration = contentHash(marketingConfiguration())
  await publishPrograms({ ...ledger, folders })
  hours = 1
  await appendOptIns(
    ledger,
    SITE,
    [anOptIn({ configuration, decidedAt: now() })],
    { programs: PROGRAMS },
    { network: '192.0.2.0/24' },
  )
  await appendDecisions(ledger, SITE, [aSiteDecision({ decidedAt: now() })])
  hours = 27
  await appendOptOuts(ledger, SITE, [anOptOut({ decidedAt: start + 3 * HOUR })], { programs: PROGRAMS })
  checkpoint(ledger, SITE)
  await close()
})
afterAll(() => data.remove())

const run = (...args: string[]) => assent([...args, '--data', data.folder])
const status = (...args: string[]) =>
  run('status', SITE, '--channel', 'sms', '--address', PHONE, '--program', 'offers', ...args)

describe('assent status', () => {
  test('of now, of a moment by what is known now, and by what was known then', async () => {
    expect(await status()).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^…23 by sms, offers: block \(withdrawn\)\n {2}why {4}it took its yes back\n {2}entry {2}\d+, receipt \S+\n {2}as of /,
      ),
    })
    expect(await status('--as-of', at(2))).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        new RegExp(`: send \\(ok_express\\)\n[^]*\n {2}agreed ${at(1)}\n {2}entry {2}`),
      ),
    })
    expect(await status('--as-of', at(4))).toMatchObject({ code: 1 })
    const known = await status('--as-of', at(4), '--known-as-of', at(5))
    expect(known).toMatchObject({ code: 0 })
    expect(known.out).toMatch(new RegExp(`as of ${at(4)}, by the \\d+ entries recorded until ${at(5)}$`))
    expect(await status('--known-as-of', at(0.5))).toMatchObject({
      out: expect.stringContaining('never_asked'),
    })
  })

  test('of a program the site never had says which it has, and is no answer about a person', async () => {
    const asked = ['status', SITE, '--channel', 'sms', '--address', PHONE, '--program', 'ofers']
    for (const moments of [[], ['--as-of', at(2)]])
      expect(await run(...asked, ...moments)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(`"${SITE}" has no program "ofers": it has offers, `),
      })
  })

  test('masks the address, says what is wrong with a question', async () => {
    const { out } = await status('--json')
    expect(out).not.toContain(PHONE)
    expect(JSON.parse(out)).toMatchObject({ address: '…23', decision: 'block', reason: 'withdrawn' })
    expect(await status('--as-of', 'yesterday')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--as-of is a time with its zone'),
    })
    expect(await run('status', SITE, '--channel', 'post')).toMatchObject({ code: 2 })
    expect(
      await run('status', 'nowhere', '--channel', 'sms', '--address', PHONE, '--program', 'x'),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no site "nowhere"'),
    })
  })
})

describe('assent history', () => {
  test('finds a person by the address, and opens nothing unless told to', async () => {
    const { code, out } = await run('history', SITE, '--phone', PHONE)
    expect(code).toBe(0)
    expect(out).toMatch(
      /^subject [0-9a-f]{44}, newest first:\n.* opt-out .*\n.* opt-in .*\n {2}sms:offers: withdrawn since /,
    )
    expect(out).not.toContain(PHONE)
    expect((await run('history', SITE, '--phone', PHONE.slice(2))).out).toBe(out)
    const opened = await run('history', SITE, '--phone', PHONE, '--open')
    expect(opened.out).toContain(`"address":"${PHONE}"`)
    expect(opened.out).toContain('192.0.2.0/24')
  })

  test('of another moment', async () => {
    const { out } = await run('history', SITE, '--phone', PHONE, '--known-as-of', at(5))
    expect(out).not.toContain('opt-out')
    expect(out).toContain(`by the`)
    expect(await run('history', SITE, '--phone', PHONE, '--as-of', at(0))).toMatchObject({
      code: 1,
      out: expect.stringContaining('Nothing was known of it.'),
    })
  })

  test('by the subject; as JSON', async () => {
    const subject = subjectOf(SITE, aSecret())
    const { out } = await run('history', SITE, '--subject', subject, '--json')
    expect(JSON.parse(out)).toMatchObject({ subject, entries: [{ entry: { type: 'decision' } }] })
  })

  test('of whom nothing is known it says so; who is meant has to be told once', async () => {
    expect(await run('history', SITE, '--email', 'nobody@mail.example')).toMatchObject({
      code: 1,
      out: 'Nothing is known of it.',
    })
    expect(await run('history', SITE)).toMatchObject({ code: 2, err: expect.stringContaining('once') })
    expect(await run('history', SITE, '--email', 'a@b.example', '--phone', PHONE)).toMatchObject({ code: 2 })
    expect(await run('history', SITE, '--phone', '12')).toMatchObject({ code: 2 })
    expect(await run('history', SITE, '--subject', 'me')).toMatchObject({ code: 2 })
  })
})
