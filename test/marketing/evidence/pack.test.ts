import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { evidencePack } from '../../../server/marketing/evidence/pack.ts'
import { VERIFY_SCRIPT } from '../../../server/marketing/evidence/verify-script.ts'
import { zip } from '../../../server/marketing/evidence/zip.ts'
import { verifyReceipt } from '../../../shared/receipt/verify.ts'
import type { Receipt } from '../../../shared/receipt/receipt.ts'
import { aStory, read } from '../../support/evidence.ts'

let told: Awaited<ReturnType<typeof aStory>>
let root: string
/** A pack as it was made; each test has a copy. */
let made: string
const folders: string[] = []

beforeAll(async () => {
  told = await aStory()
  await read(told, {}, { reason: 'review' })
  made = mkdtempSync(join(tmpdir(), 'assent-pack-'))
  for (const { name, bytes } of evidencePack(await read(told), 'de')) {
    mkdirSync(dirname(join(made, name)), { recursive: true })
    writeFileSync(join(made, name), bytes)
  }
  root = readFileSync(join(made, 'checkpoint.txt'), 'utf8').split('\n')[2]!
})
afterEach(() => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true })))
afterAll(async () => {
  rmSync(made, { recursive: true, force: true })
  await told.ledger.remove()
})

function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assent-pack-'))
  folders.push(folder)
  cpSync(made, folder, { recursive: true })
  return folder
}

/** Whatever could reach a network throws, and no file but the pack's can be read. */
const NO_NETWORK = `data:text/javascript,${encodeURIComponent(`
import net from 'node:net'; import dns from 'node:dns'; import dgram from 'node:dgram'
const no = () => { throw new Error('there is no network') }
net.Socket.prototype.connect = no; dns.lookup = no; dgram.createSocket = no; globalThis.fetch = no`)}`

const verify = (folder: string, given = root) => {
  const args = [
    '--permission',
    `--allow-fs-read=${folder}`,
    '--import',
    NO_NETWORK,
    join(folder, 'verify.mjs'),
    given,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {},
  })
  return { status, out: stdout, err: stderr }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name).slice(folder.length + 1))
    .toSorted()

/** As somebody would who knows how it is checked: the sums fit again. */
function mendSums(folder: string): void {
  const names = filesIn(folder).filter(name => name !== 'SHA256SUMS')
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  writeFileSync(join(folder, 'SHA256SUMS'), names.map(name => `${sum(name)}  ${name}\n`).join(''))
}

test('verifies in a process of its own, without a network, by a script of thirty lines that imports Node alone', () => {
  const lines = VERIFY_SCRIPT.split('\n').filter(line => line.trim() !== '')
  expect(lines.length).toBeLessThanOrEqual(30)
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(150)
  expect([...VERIFY_SCRIPT.matchAll(/from '([^']+)'/g)].map(([, name]) => name)).toEqual([
    'node:crypto',
    'node:fs',
  ])
  // What the log publishes, not what the pack says of itself.
  expect(told.ledger.store.checkpoint('loom')!.note).toContain(root)
  expect(verify(made)).toMatchObject({
    status: 0,
    out: expect.stringContaining('Everything holds: 8 receipts'),
  })
})

test('holds a receipt for each entry, which verifies by itself, and the words as they were shown', async () => {
  const names = filesIn(made)
  const receipts = names.filter(name => name.startsWith('receipts/'))
  expect(receipts.map(name => name.replace(/^receipts\/\d+-|\.json$/g, ''))).toEqual([
    'consent-recorded',
    'opt-out',
    'opt-in',
    'confirmation',
    'hold',
    'hold-release',
    'opt-out',
    'evidence-read',
  ])
  const verdicts = await Promise.all(
    receipts.map(name => verifyReceipt(JSON.parse(readFileSync(join(made, name), 'utf8')))),
  )
  expect(verdicts.every(({ ok }) => ok)).toBe(true)
  expect(names).toEqual(expect.arrayContaining(['README.txt', 'evidence.html', 'record.json', 'vkey.txt']))
  const words = names.find(name => name.endsWith('.words.txt'))!
  expect(readFileSync(join(made, words), 'utf8')).toContain('Ja, senden Sie mir etwa einmal pro Woche')
  expect(readFileSync(join(made, 'README.txt'), 'utf8')).toContain(`node verify.mjs ${root}`)
})

test('against another root than the published one it does not hold', () => {
  const other = createHash('sha256').update('another log').digest('base64')
  expect(verify(made, other)).toMatchObject({ status: 1, err: expect.stringContaining(`, yours ${other}`) })
  expect(verify(made, '')).toMatchObject({ status: 1, err: expect.stringContaining('node verify.mjs <root') })
})

test('every single file that was altered, taken out or added is noticed', () => {
  const names = filesIn(made)
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) {
    const folder = copy()
    const bytes = readFileSync(join(folder, name))
    // Of the script a comment: what no longer runs checks nothing.
    if (name === 'verify.mjs') bytes[bytes.indexOf('holds')] = 0x48
    else bytes[bytes.length >> 1]! ^= 1
    writeFileSync(join(folder, name), bytes)
    expect([name, verify(folder).status]).toEqual([name, 1])
    rmSync(folder, { recursive: true })
  }
  for (const name of names.filter(each => each !== 'verify.mjs')) {
    const folder = copy()
    rmSync(join(folder, name))
    expect([name, verify(folder).status]).toEqual([name, 1])
  }
  const folder = copy()
  writeFileSync(join(folder, 'receipts', 'more.json'), '{}')
  expect(verify(folder).status).toBe(1)
})

describe('with sums that fit again', () => {
  const alteredReceipt =
    (type: string, alter: (evidence: Receipt['evidence']) => object) => (folder: string) => {
      const name = join(
        'receipts',
        readdirSync(join(folder, 'receipts')).find(each => each.includes(type))!,
      )
      const receipt = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Receipt
      const { evidence } = receipt
      writeFileSync(
        join(folder, name),
        JSON.stringify({ ...receipt, evidence: { ...evidence, ...alter(evidence) } }),
      )
    }
  const alteredFile = (name: string, alter: (text: string) => string) => (folder: string) =>
    writeFileSync(join(folder, name), alter(readFileSync(join(folder, name), 'utf8')))

  test.each<[what: string, alter: (folder: string) => void, says: RegExp]>([
    [
      'a no turned into a yes',
      alteredReceipt('opt-out', e => ({ entry: e.entry.replace('opt-out', 'opt-in') })),
      /place in the log/,
    ],
    [
      'another time',
      alteredReceipt('-opt-in', e => ({ entry: e.entry.replace(/"receivedAt":\d/, '"receivedAt":2') })),
      /place in the log/,
    ],
    [
      'other words',
      alteredReceipt('-opt-in', e => ({ texts: e.texts.map(t => ({ ...t, body: `${t.body} ` })) })),
      /words of/,
    ],
    ['no words', alteredReceipt('-opt-in', () => ({ texts: [] })), /words of/],
    [
      'words of something else',
      alteredReceipt('-opt-in', e => ({
        texts: [e.texts[0]!, { hash: createHash('sha256').update('x').digest('hex'), body: 'x' }],
      })),
      /words of/,
    ],
    [
      'another address',
      alteredReceipt('-opt-in', e => ({
        private: { ...e.private!, fields: { ...e.private!.fields, given: 'eve@mail.example' } },
      })),
      /private part/,
    ],
    [
      'another address without a salt',
      alteredReceipt('-opt-in', () => ({ private: { salt: '', fields: { given: 'eve@mail.example' } } })),
      /private part/,
    ],
    [
      'a private part where there was none',
      alteredReceipt('hold-release', () => ({ private: { salt: '00', fields: {} } })),
      /private part/,
    ],
    [
      'another index',
      alteredReceipt('confirmation', e => ({ proof: e.proof.replace(/index \d+/, 'index 3') })),
      /place in the log/,
    ],
    [
      'a hash of the path',
      alteredReceipt('confirmation', e => ({
        proof: e.proof.replace(
          /(index \d+\n)(.)/,
          (_, before, first) => before + (first === 'Z' ? 'Y' : 'Z'),
        ),
      })),
      /place in the log/,
    ],
    [
      'a hash too many',
      alteredReceipt('confirmation', e => ({ proof: e.proof.replace(/(index \d+\n)(.*\n)/, '$1$2$2') })),
      /place in the log/,
    ],
    [
      'another checkpoint in a receipt',
      alteredReceipt('confirmation', e => ({ proof: `${e.proof} ` })),
      /place in the log/,
    ],
    [
      'another root',
      alteredFile('checkpoint.txt', note =>
        note.replace(root, createHash('sha256').update('x').digest('base64')),
      ),
      /signature/,
    ],
    [
      'another size',
      alteredFile('checkpoint.txt', note => note.replace(/\n(\d+)\n/, '\n9$1\n')),
      /signature/,
    ],
    ['another name of the log', alteredFile('checkpoint.txt', note => note.replace(/^\w/, 'x')), /signature/],
    ['another key', alteredFile('vkey.txt', key => key.replace(/.{4}\n$/, 'AAAA\n')), /signature/],
  ])('%s is noticed all the same', (_, alter, says) => {
    const folder = copy()
    const before = filesIn(folder)
      .map(name => readFileSync(join(folder, name), 'latin1'))
      .join()
    alter(folder)
    expect(
      filesIn(folder)
        .map(name => readFileSync(join(folder, name), 'latin1'))
        .join(),
    ).not.toBe(before)
    mendSums(folder)
    const { status, err } = verify(folder)
    expect([status, err]).toEqual([1, expect.stringMatching(says)])
  })
})

test('of an address nobody named there is nothing to prove, and the pack says so', async () => {
  const files = evidencePack(await read(told, { address: 'nobody@mail.example' }), 'en')
  expect(files.map(({ name }) => name)).toEqual(['evidence.html', 'record.json', 'README.txt', 'SHA256SUMS'])
})

test('as a ZIP archive is what other programs unpack', async () => {
  const files = evidencePack(await read(told), 'en')
  const archive = zip(files, told.ledger.now())
  expect(Object.fromEntries(entriesOf(archive))).toEqual(
    Object.fromEntries(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('latin1')])),
  )
  const folder = copy()
  const file = join(folder, 'evidence.zip')
  writeFileSync(file, archive)
  const unzip = spawnSync('unzip', ['-tqq', file])
  // Where there is none, the reading above has to do.
  expect(unzip.error ? 'no unzip here' : unzip.stderr.toString()).toMatch(/^(no unzip here)?$/)
})

/** Reads an archive by its directory, as APPNOTE.TXT has it. */
function entriesOf(archive: Buffer): [string, string][] {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  let at = archive.readUInt32LE(end + 16)
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    const [packed, nameLength, local] = [20, 28, 42].map(o =>
      o === 28 ? archive.readUInt16LE(at + o) : archive.readUInt32LE(at + o),
    )
    const name = archive.subarray(at + 46, at + 46 + nameLength!).toString()
    const start = local! + 30 + archive.readUInt16LE(local! + 26) + archive.readUInt16LE(local! + 28)
    at += 46 + nameLength! + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    return [name, inflateRawSync(archive.subarray(start, start + packed!)).toString('latin1')]
  })
}
