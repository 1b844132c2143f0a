import { randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { startServer } from '../../server/cli/start-server.ts'
import { runCommand } from '../../server/cli/run.ts'
import { readConfig } from '../../server/config.ts'
import { chainOf } from '../../server/ledger/chain.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { assent } from '../support/cli.ts'
import { killedAt } from '../support/killed-at.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { anOptIn, MAIL, PHONE, PROGRAMS } from '../support/marketing.ts'
import { aDataFolder, type DataFolder } from '../support/serve.ts'
import { needStrace } from '../support/strace.ts'

let template: DataFolder
let data: string
let subject: string
/** Of the two private parts that are to go. */
let salts: Buffer[]

beforeAll(async () => {
  await needStrace()
  template = await aDataFolder({ programs: true })
  const { ledger, close } = await openData(readConfig({ data: template.folder }, {}), Date.now)
  const at = { decidedAt: Date.now() - 1_000 }
  const optIns = [
    anOptIn(at),
    anOptIn({ ...at, program: 'research' }),
    anOptIn({ ...at, channel: 'email', address: MAIL }),
  ]
  await appendOptIns(ledger, 'harbor', optIns, { programs: PROGRAMS }, {})
  subject = ledger.store.subjectOfAddress('harbor', ledger.blindIndex.blindOf('harbor', 'sms', PHONE))!
  salts = [...chainOf(ledger.store, 'harbor', subject)].map(({ index }) =>
    Buffer.from(ledger.store.privatePart('harbor', index)!.salt),
  )
  await close()
}, 120_000)
afterAll(() => template.remove())
const fresh = (): void => {
  data = mkdtempSync(join(tmpdir(), 'assent-data-'))
  cpSync(template.folder, data, { recursive: true })
}
beforeEach(fresh)
afterEach(() => rmSync(data, { recursive: true, force: true }))

const erase = (...flags: string[]) => assent(['erase', 'harbor', '--data', data, ...flags])
const verify = async (...words: string[]) =>
  assent(['verify', ...words, ...(words.length > 0 ? [] : ['--data', data])])

interface State {
  readonly size: number
  readonly parts: number
  readonly key: boolean
  readonly address: boolean
  readonly suppressed: boolean
}

async function state(): Promise<State> {
  const { ledger, close } = await openData(readConfig({ data }, {}), Date.now, { readonly: true })
  const { store, keys, blindIndex } = ledger
  const blind = blindIndex.blindOf('harbor', 'sms', PHONE)
  const { size } = store.log('harbor')
  try {
    return {
      size,
      parts: Array.from({ length: size }, (_, index) => store.privatePart('harbor', index)).filter(
        part => part,
      ).length,
      key: keys.hasSubjectKey('harbor', subject),
      address: store.subjectOfAddress('harbor', blind) === subject,
      suppressed: store.suppressedAt('harbor', blind) !== undefined,
    }
  } finally {
    await close()
  }
}

test.each([
  ['its number, in any spelling', ['--phone', '+1 (202) 555-0123']],
  ['its subject', []],
])('erases by %s, and gives a certificate that verifies', async (_, flags) => {
  const before = await state()
  const file = join(data, 'certificate.json')
  const whose = flags.length > 0 ? flags : ['--subject', subject]
  const { code, out, err } = await erase(...whose, '--yes', '--certificate', file)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^Erased: 2 private parts of .*\. It is entry \d+ of "harbor"\.\nThe certificate is /)
  expect(out).not.toMatch(/555\D*0123/)
  expect(await state()).toEqual({
    size: before.size + 1,
    parts: 1,
    key: false,
    address: false,
    suppressed: true,
  })
  expect((await verify()).code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const checked = await verify(file)
  expect(checked).toMatchObject({
    code: 0,
    out: expect.stringContaining('everything private of one person was destroyed (request)') as string,
  })
  const certificate = JSON.parse(readFileSync(file, 'utf8')) as Receipt
  const { evidence } = certificate
  expect(evidence.erased).toHaveLength(2)
  for (const id of evidence.erased!) expect(checked.out).toContain(id)
  writeFileSync(
    file,
    JSON.stringify({ ...certificate, evidence: { ...evidence, erased: evidence.erased!.slice(1) } }),
  )
  expect(await verify(file)).toMatchObject({ code: 1, out: expect.stringContaining('wrong-list') as string })
})

test('again: says so, changes nothing, and gives the same certificate; by the address nothing is left to lead there', async () => {
  const file = join(data, 'one.json')
  await erase('--subject', subject, '--yes', '--certificate', file)
  const after = await state()
  const again = await erase('--subject', subject, '--yes', '--certificate', join(data, 'two.json'))
  expect(again).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^subject \w+ was erased before, at /) as string,
  })
  expect(readFileSync(join(data, 'two.json'), 'utf8')).toBe(readFileSync(file, 'utf8'))
  expect(await erase('--phone', PHONE, '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^…23 was erased at \S+, and nothing came since/) as string,
  })
  const three = join(data, 'three.json')
  expect(await erase('--phone', PHONE, '--yes', '--certificate', three)).toMatchObject({
    code: 1,
    err: expect.stringContaining('No certificate was written') as string,
  })
  expect(existsSync(three)).toBe(false)
  expect(await state()).toEqual(after)
})

test('erased without a certificate, it says how one is had later', async () => {
  const { out } = await erase('--phone', PHONE, '--yes')
  const [, words] = /^A certificate, now or later: assent erase harbor (.*) --certificate <file>$/m.exec(out)!
  const file = join(data, 'later.json')
  expect(await erase(...words!.split(' '), '--yes', '--certificate', file)).toMatchObject({ code: 0 })
  expect((await verify(file)).code).toBe(0)
})

test.each<[string, string[], number, string]>([
  ['nobody', [], 2, 'Say whose, in one way'],
  ['two people', ['--phone', PHONE, '--email', MAIL], 2, 'Say whose, in one way'],
  ['somebody unknown', ['--email', 'nobody@mail.example', '--yes'], 1, 'Nobody is known by n…@mail.example'],
  ['an unknown subject', ['--subject', 'ab'.repeat(22), '--yes'], 1, 'Nobody is known by subject'],
  ['what is no number', ['--phone', 'call me', '--yes'], 2, 'The number is no telephone number'],
  ['what is no mailbox', ['--email', PHONE, '--yes'], 2, 'The address is no e-mail address'],
  [
    'for no known reason',
    ['--phone', PHONE, '--yes', '--reason', 'because Robin asked'],
    2,
    '--reason is one of',
  ],
  ['without being asked', ['--phone', PHONE], 2, 'repeat it with --yes'],
  [
    'into a file that is there',
    ['--phone', PHONE, '--yes', '--certificate', '/dev/null'],
    2,
    'is there already',
  ],
])('%s: refused with what to do, and nothing is erased', async (_what, flags, code, words) => {
  const before = await state()
  expect(await erase(...flags)).toMatchObject({ code, err: expect.stringContaining(words) as string })
  expect(await state()).toEqual(before)
})

test('an unknown site is named', async () => {
  expect(await assent(['erase', 'quay', '--phone', PHONE, '--yes', '--data', data])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no site "quay"') as string,
  })
})

test.each([
  ['erase', 0],
  ['yes', 1],
])('on a terminal it shows what will go and asks; "%s" ends with %i', async (typed, code) => {
  const shown: string[] = []
  const asked: string[] = []
  const show = (text: string) => void shown.push(text)
  const before = await state()
  const ended = await runCommand(['erase', 'harbor', '--phone', PHONE, '--data', data], {
    out: show,
    err: show,
    write: async () => {},
    progress: () => {},
    paint: (_, text) => text,
    converse: talk => talk(async question => (asked.push(question), typed)),
  })
  expect(ended).toBe(code)
  expect(shown[0]).toBe(`…23 is subject ${subject}, with 2 entries and 2 private parts:`)
  expect(shown[1]).toContain('sms research')
  expect(asked).toEqual(['Destroy the private parts for good? Type "erase": '])
  expect((await state()).parts).toBe(before.parts - (code === 0 ? 2 : 0))
})

test('a log behind what was signed of it is not erased in: it must not grow', async () => {
  rmSync(join(data, 'checkpoints', 'harbor'))
  expect(await erase('--phone', PHONE, '--yes')).toMatchObject({
    code: 1,
    err: expect.stringContaining('refusing to sign for harbor') as string,
  })
  expect(await state()).toMatchObject({ parts: 3, key: true, address: true })
})

test(
  'killed at any of its changes of a file, nobody is half erased once the server has started again',
  { timeout: 300_000 },
  async () => {
    const before = await state()
    const done = { size: before.size + 1, parts: 1, key: false, address: false, suppressed: true }
    const args = () => ['erase', 'harbor', '--phone', PHONE, '--yes', '--data', data]
    let [kills, undone, half, finished] = [0, 0, 0, 0]
    for (let n = 1; await killedAt(n, args()); n++) {
      kills++
      const killed = await state()
      // Entry, parts, address and suppression are one; only the key may be left over.
      const isDone = killed.size > before.size
      expect({ n, ...killed, key: !isDone }).toEqual({ n, ...(isDone ? done : before) })
      const announced = readFileIfThere(join(data, 'erasures', 'harbor')).includes('\n')
      const quiet = () => {}
      const log = { info: quiet, warn: quiet, error: quiet }
      const started = await startServer(readConfig({ data, port: '0' }, {}), {
        log,
        now: Date.now,
        newId: randomUUID,
      })
      await started.stop()
      const after = await state()
      expect({ n, ...after }).toEqual({ n, ...(announced ? done : before) })
      expect({ n, ...(await verify()) }).toMatchObject({ n, code: 0 })
      expect({ n, left: saltsIn(data) }).toEqual({ n, left: announced ? 0 : 2 })
      if (!announced) undone++
      else if (killed.key && isDone) half++
      else finished++
      rmSync(data, { recursive: true })
      fresh()
    }
    expect(await state()).toEqual(done)
    expect([undone, half, finished].every(count => count > 0)).toBe(true)
    console.log(
      `erase: ${kills} kills, one at each change of a file: ${undone} before it was announced, ${half} between entry and key, ${finished} others; all whole after a start`,
    )
  },
)

function saltsIn(folder: string): number {
  const files = readdirSync(folder).filter(name => name.includes('.db'))
  return salts.filter(salt => files.some(name => readFileSync(join(folder, name)).includes(salt))).length
}

function readFileIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not announced yet.
    return ''
  }
}
