import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { takeEvent } from '../../server/marketing/inbound/take.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { openMessages } from '../../server/storage/open.ts'
import { assent } from '../support/cli.ts'
import { anOptIn, PHONE, PROGRAMS } from '../support/marketing.ts'
import { aDataFolder, type DataFolder } from '../support/serve.ts'

let data: DataFolder
beforeEach(async () => {
  data = await aDataFolder({ programs: true })
  await withLedger(async ({ ledger }) => {
    await appendOptIns(
      ledger,
      'harbor',
      [anOptIn({ decidedAt: Date.now() - 60_000 })],
      { programs: PROGRAMS },
      {},
    )
  })
})
afterEach(() => rmSync(data.folder, { recursive: true, force: true }))

async function withLedger(
  act: (opened: Awaited<ReturnType<typeof openData>>) => Promise<void>,
): Promise<void> {
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  try {
    await act(opened)
  } finally {
    await opened.close()
  }
}
const write = (body: string) =>
  withLedger(async ({ ledger }) => {
    const { messages, close } = openMessages(data.folder)
    const event = {
      kind: 'message',
      provider: 'twilio',
      eventId: body,
      channel: 'sms',
      address: PHONE,
      body,
    } as const
    const inbox = { ledger, messages, replies: 'provider', holdHours: 48 } as const
    await takeEvent(inbox, sitesIn(ledger.store)('harbor')!, event)
    close()
  })
const run = (...args: string[]) => assent([...args, '--data', data.folder])
const status = () => run('status', 'harbor', '--channel', 'sms', '--address', PHONE, '--program', 'offers')
const firstId = async () => {
  const { out } = await run('holds', 'list', 'harbor', '--json')
  return (JSON.parse(out) as { id: string }[])[0]!.id
}

test('what waits is listed with its words, and released', async () => {
  expect(await run('holds', 'list', 'harbor')).toMatchObject({ code: 0, out: 'Nothing waits for "harbor".' })
  await write('leave me alone\u001b[2J')
  const listed = await run('holds', 'list', 'harbor')
  expect(listed.code).toBe(1)
  expect(listed.out).toContain('leave me alone')
  expect(listed.out).not.toContain('\u001b')
  expect(listed.out).not.toContain('0123')
  expect((await status()).out).toContain('revocation_suspected')
  const id = await firstId()
  expect(await run('holds', 'release', 'harbor', id, '--by', 'kim')).toMatchObject({ code: 0, err: '' })
  expect((await status()).code).toBe(0)
  expect(await run('holds', 'release', 'harbor', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nothing of that id waits') as string,
  })
  expect((await run('verify')).code).toBe(0)
})

test('what was a no is recorded as one', async () => {
  await write('leave me alone')
  expect(await run('holds', 'opt-out', 'harbor', await firstId())).toMatchObject({ code: 0 })
  expect((await status()).out).toContain('withdrawn')
  expect(await run('holds', 'list', 'harbor')).toMatchObject({ code: 0 })
})

test('a letter is recorded from when it was written', async () => {
  const written = new Date(Date.now() - 30_000).toISOString()
  const letter = [
    'revoke',
    'harbor',
    '--channel',
    'sms',
    '--address',
    PHONE,
    '--told',
    'letter',
    '--at',
    written,
  ]
  const done = await run(...letter, '--reference', 'L-17', '--by', 'kim')
  expect(done).toMatchObject({ code: 0, err: '' })
  expect(done.out).toContain('…23')
  expect(done.out).not.toContain('0123')
  expect((await status()).out).toContain('withdrawn')
  expect(await data.read(store => store.entry('harbor', store.size('harbor') - 1)!.entry)).toMatchObject({
    method: 'staff',
    told: 'letter',
    actor: 'command:kim',
    decidedAt: Date.parse(written),
  })
})

test.each([
  [
    [
      'revoke',
      'harbor',
      '--channel',
      'sms',
      '--address',
      PHONE,
      '--told',
      'pigeon',
      '--at',
      '2026-11-20T10:00:00Z',
    ],
    '--told is one of',
  ],
  [
    ['revoke', 'harbor', '--channel', 'sms', '--address', PHONE, '--told', 'phone', '--at', 'yesterday'],
    '--at is when',
  ],
  [['revoke', 'harbor', '--channel', 'fax', '--address', PHONE], 'as the channel'],
])('%j says what to write', async (args, words) => {
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(words) as string })
})
