import canonicalize from 'canonicalize'
import { createHash, createPublicKey, verify } from 'node:crypto'

/**
 * A verifier of a log, written from the specifications alone: RFC 6962 and 9162 (tree and proofs), RFC 8785 (canonical
 * JSON), C2SP signed-note, tlog-checkpoint and tlog-tiles. It uses no code of this repository, knows a log by its address
 * and the verifier key it was given first, and asks for everything over HTTP.
 */
export interface Asked {
  /** `https://host/log/site`, without a slash at its end. */
  readonly prefix: string
  /** The first verifier key of this log, kept since. */
  readonly vkey: string
  /** An API key that may read entry bundles. */
  readonly auditKey: string
  /** Checkpoints of this log that were kept earlier. */
  readonly earlier: readonly string[]
  /** Receipts people hold. */
  readonly receipts: readonly Receipt[]
}

export type Part = 'keys' | 'checkpoint' | 'tile' | 'bundle' | 'inclusion' | 'consistency' | 'receipt'
export interface Fault {
  readonly part: Part
  readonly what: string
}

/** What does not hold; nothing when all of it does. */
export async function verifyLog(asked: Asked): Promise<Fault[]> {
  const faults: Fault[] = []
  const attempt = async <T>(part: Part, check: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await check()
    } catch (fault) {
      faults.push({ part, what: fault instanceof Error ? fault.message : String(fault) })
      return undefined
    }
  }
  const keys = await attempt('keys', () => readKeys(asked))
  if (!keys) return faults
  const head = await attempt('checkpoint', async () =>
    openCheckpoint(await text(`${asked.prefix}/checkpoint`), keys),
  )
  if (!head) return faults
  const leaves = await attempt('tile', () => leavesOf(asked.prefix, head))
  const entries = leaves && (await attempt('bundle', () => entriesOf(asked, head.size, leaves)))
  if (entries) await attempt('keys', async () => keysAreTheLogs(keys, entries))
  if (leaves) await attempt('inclusion', () => inclusionHolds(asked.prefix, head, leaves))
  for (const note of asked.earlier)
    // oxlint-disable-next-line no-await-in-loop -- few
    await attempt('consistency', () => consistencyHolds(asked.prefix, openCheckpoint(note, keys), head))
  for (const receipt of asked.receipts)
    // oxlint-disable-next-line no-await-in-loop -- few
    await attempt('receipt', async () => checkReceipt(receipt, keys))
  return faults
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what)
}

async function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { headers })
  must(response.status === 200, `${url} answers ${response.status}`)
  return response
}
const text = async (url: string): Promise<string> => (await get(url)).text()

// Tree (RFC 6962, section 2.1)

const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const leafHash = (entry: Uint8Array): Buffer => sha256(Buffer.of(0), entry)
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right)

function treeHash(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256('')
  if (hashes.length === 1) return hashes[0]!
  let split = 1
  while (split * 2 < hashes.length) split *= 2
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)))
}

/** RFC 9162, section 2.1.3.2. */
function rootOfInclusion(index: number, size: number, leaf: Buffer, proof: readonly Buffer[]): Buffer {
  let [fn, sn, r] = [BigInt(index), BigInt(size - 1), leaf]
  for (const p of proof) {
    must(sn !== 0n, 'the inclusion proof is too long')
    if (fn % 2n === 1n || fn === sn) {
      r = nodeHash(p, r)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else r = nodeHash(r, p)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  must(sn === 0n, 'the inclusion proof is too short')
  return r
}

/** RFC 9162, section 2.1.4.2. */
function consistencyIsProven(
  first: { size: number; root: Buffer },
  second: { size: number; root: Buffer },
  proof: readonly Buffer[],
): void {
  if (first.size === second.size) {
    must(proof.length === 0 && first.root.equals(second.root), 'two roots of one size')
    return
  }
  const path = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : [...proof]
  must(path.length > 0, 'the consistency proof is empty')
  let [fn, sn] = [BigInt(first.size - 1), BigInt(second.size - 1)]
  while (fn % 2n === 1n) [fn, sn] = [fn >> 1n, sn >> 1n]
  let [fr, sr] = [path[0]!, path[0]!]
  for (const c of path.slice(1)) {
    must(sn !== 0n, 'the consistency proof is too long')
    if (fn % 2n === 1n || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else sr = nodeHash(sr, c)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  must(sn === 0n, 'the consistency proof is too short')
  must(fr.equals(first.root), 'the consistency proof does not lead to the earlier root')
  must(sr.equals(second.root), 'the consistency proof does not lead to the later root')
}

// Keys and signatures (C2SP signed-note)

interface VerifierKey {
  readonly vkey: string
  readonly name: string
  readonly id: Buffer
  readonly raw: Buffer
}

function readVerifierKey(vkey: string): VerifierKey {
  const [name = '', hex = '', ...rest] = vkey.split('+')
  const typed = base64(rest.join('+'))
  must(typed.length === 33 && typed[0] === 1, `${vkey} is no Ed25519 verifier key`)
  const id = sha256(`${name}\n`, typed).subarray(0, 4)
  must(id.toString('hex') === hex, `${vkey} has another hash than it says`)
  return { vkey, name, id, raw: typed.subarray(1) }
}

function base64(encoded: string): Buffer {
  const bytes = Buffer.from(encoded, 'base64')
  must(bytes.toString('base64') === encoded, `${encoded} is not base64`)
  return bytes
}

interface LogKey extends VerifierKey {
  readonly firstSize: number
  readonly lastSize: number
  readonly isCompromised: boolean
}

/** The document of a log's keys, begun by the one that was kept, and ended by the one served as the current. */
async function readKeys({ prefix, vkey }: Asked): Promise<LogKey[]> {
  const document = (await (await get(`${prefix}/keys`)).json()) as {
    origin: string
    keys: { vkey: string; firstSize: number; lastSize?: number; compromised?: unknown }[]
  }
  const keys = document.keys.map(key => ({
    ...readVerifierKey(key.vkey),
    firstSize: key.firstSize,
    lastSize: key.lastSize ?? Infinity,
    isCompromised: key.compromised !== undefined,
  }))
  must(keys[0]?.vkey === vkey && keys[0].firstSize === 0, 'the first key is not the one that was kept')
  must(
    keys.every(key => key.name === document.origin),
    'a key has another name than the log',
  )
  const current = (await text(`${prefix}/vkey`)).trimEnd()
  must(keys.at(-1)!.vkey === current, 'the key served as the current one is not the last of all keys')
  return keys
}

/** Every key but the first is in the log: the entry just before the first size it counts for brings it. */
function keysAreTheLogs(keys: readonly LogKey[], entries: readonly Record<string, unknown>[]): void {
  const brought = entries.flatMap((entry, index) =>
    typeof entry['vkey'] === 'string' && entry['type'] !== 'log-key-retired'
      ? [`${entry['vkey']} from ${index + 1}`]
      : [],
  )
  const told = keys.slice(1).map(key => `${key.vkey} from ${key.firstSize}`)
  must(brought.join() === told.join(), 'the keys told are not those the entries of the log bring')
  for (const { vkey, lastSize } of keys.filter(key => key.lastSize !== Infinity && !key.isCompromised)) {
    const end = entries[lastSize]
    must(
      end !== undefined && (end['vkey'] === vkey || end['replaces'] === vkey),
      `no entry says that ${vkey} ends at ${lastSize}`,
    )
  }
}

interface Checkpoint {
  readonly size: number
  readonly root: Buffer
}

/** C2SP tlog-checkpoint, signed by a key of the log that counts for its size. */
function openCheckpoint(note: string, keys: readonly LogKey[]): Checkpoint {
  const end = note.lastIndexOf('\n\n')
  const body = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  must(end > 0 && lines.pop() === '' && lines.length > 0, 'the checkpoint is no signed note')
  const [origin, size = '', root = '', ...more] = body.trimEnd().split('\n')
  must(origin === keys[0]!.name && more.length === 0, 'the checkpoint is of another log')
  must(/^(0|[1-9]\d*)$/.test(size), 'the size is not a decimal')
  must(base64(root).length === 32, 'the root is no hash')
  const signedBy = lines.filter(line => isSigned(line, body, keys, Number(size)))
  must(signedBy.length > 0, `no key that counts for ${size} entries has signed the checkpoint`)
  return { size: Number(size), root: base64(root) }
}

function isSigned(line: string, body: string, keys: readonly LogKey[], size: number): boolean {
  const [, name, encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? []
  must(name !== undefined, 'a signature line is none')
  const bytes = base64(encoded)
  const key = keys.find(k => k.name === name && k.id.equals(bytes.subarray(0, 4)))
  if (!key) return false
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.raw.toString('base64url') },
    format: 'jwk',
  })
  must(verify(null, Buffer.from(body), publicKey, bytes.subarray(4)), 'a signature of a known key is wrong')
  return key.firstSize <= size && size <= key.lastSize
}

// Tiles (C2SP tlog-tiles)

const tileIndex = (n: number): string => {
  const groups = [String(n % 1000).padStart(3, '0')]
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

/** Paths of all tiles of a level with so many hashes, and how many each has. */
const tilesOf = (hashes: number): { path: string; width: number }[] =>
  Array.from({ length: Math.ceil(hashes / 256) }, (_, n) => {
    const width = Math.min(256, hashes - n * 256)
    return { path: `${tileIndex(n)}${width < 256 ? `.p/${width}` : ''}`, width }
  })

async function bytes(url: string, headers?: Record<string, string>): Promise<Buffer> {
  const response = await get(url, headers)
  must(response.headers.get('content-type') === 'application/octet-stream', `${url} has another type`)
  return Buffer.from(await response.arrayBuffer())
}

/** All leaf hashes, once every tile of every level was read and found to be made of the level below, up to the root. */
async function leavesOf(prefix: string, { size, root }: Checkpoint): Promise<Buffer[]> {
  let below: Buffer[] | undefined
  let leaves: Buffer[] = []
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / 256)) {
    // oxlint-disable-next-line no-await-in-loop -- a level is made of the one below
    const found = await levelOf(prefix, level, hashes)
    for (const [i, hash] of found.entries())
      must(
        below === undefined || hash.equals(treeHash(below.slice(i * 256, (i + 1) * 256))),
        `hash ${i} of level ${level} is not that of the tile below`,
      )
    if (level === 0) leaves = found
    below = found
  }
  must(treeHash(leaves).equals(root), 'the tiles do not lead to the root of the checkpoint')
  return leaves
}

async function levelOf(prefix: string, level: number, hashes: number): Promise<Buffer[]> {
  const tiles = await Promise.all(
    tilesOf(hashes).map(async ({ path, width }) => {
      const tile = await bytes(`${prefix}/tile/${level}/${path}`)
      must(tile.length === width * 32, `tile ${level}/${path} has ${tile.length} bytes`)
      return Array.from({ length: width }, (_, i) => tile.subarray(i * 32, (i + 1) * 32))
    }),
  )
  return tiles.flat()
}

/** Every entry, read from its bundle: each the one of its leaf, and canonical. */
async function entriesOf(
  { prefix, auditKey }: Asked,
  size: number,
  leaves: readonly Buffer[],
): Promise<Record<string, unknown>[]> {
  const bundles = await Promise.all(
    tilesOf(size).map(async ({ path, width }) => {
      const url = `${prefix}/tile/entries/${path}`
      const found = [...splitBundle(await bytes(url, { Authorization: `Bearer ${auditKey}` }))]
      must(found.length === width, `bundle ${path} has ${found.length} entries`)
      return found
    }),
  )
  return bundles.flat().map((entry, index) => {
    must(leafHash(entry).equals(leaves[index]!), `entry ${index} is not the one of its leaf`)
    return canonicalEntry(entry, index)
  })
}

function* splitBundle(bundle: Buffer): Generator<Buffer> {
  for (let at = 0; at < bundle.length;) {
    must(at + 2 <= bundle.length, 'a bundle ends within a length')
    const end = at + 2 + bundle.readUInt16BE(at)
    must(end <= bundle.length, 'a bundle ends within an entry')
    yield bundle.subarray(at + 2, end)
    at = end
  }
}

function canonicalEntry(entry: Uint8Array, index: number): Record<string, unknown> {
  const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry)
  const value = JSON.parse(decoded) as Record<string, unknown>
  must(canonicalize(value) === decoded, `entry ${index} is not canonical`)
  return value
}

// Proofs

const hashesIn = (proof: { hashes: string[] }): Buffer[] => proof.hashes.map(base64)

async function inclusionHolds(prefix: string, head: Checkpoint, leaves: readonly Buffer[]): Promise<void> {
  const indexes = [0, 1, 255, 256, Math.floor(head.size / 2), head.size - 2, head.size - 1]
  for (const index of indexes.filter(i => i >= 0 && i < head.size)) {
    const url = `${prefix}/proof?index=${index}&size=${head.size}`
    // oxlint-disable-next-line no-await-in-loop -- few
    const proof = hashesIn((await (await get(url)).json()) as { hashes: string[] })
    must(
      rootOfInclusion(index, head.size, leaves[index]!, proof).equals(head.root),
      `the proof of entry ${index} leads to another root`,
    )
  }
}

async function consistencyHolds(prefix: string, earlier: Checkpoint, head: Checkpoint): Promise<void> {
  must(earlier.size <= head.size, `the log had ${earlier.size} entries, and has ${head.size}`)
  const url = `${prefix}/consistency?from=${earlier.size}&to=${head.size}`
  consistencyIsProven(earlier, head, hashesIn((await (await get(url)).json()) as { hashes: string[] }))
}

// Receipts

/** What a consent receipt rests on; the record around it says the same in the terms of ISO/IEC TS 27560. */
export interface Receipt {
  readonly evidence: {
    readonly entry: string
    /** C2SP tlog-proof. */
    readonly proof: string
    readonly keys: readonly string[]
    readonly texts: readonly { readonly hash: string; readonly body: string }[]
  }
}

/** A receipt as the server gives it: all that depends on its format is in here. */
function checkReceipt({ evidence }: Receipt, keys: readonly LogKey[]): void {
  const { entry, texts } = evidence
  const own = evidence.keys.map(vkey => keys.find(k => k.vkey === vkey))
  must(own.length > 0 && !own.includes(undefined), 'the receipt names a key the log never had')
  const end = evidence.proof.indexOf('\n\n')
  const [head, place = '', ...proof] = evidence.proof.slice(0, end).split('\n')
  must(head === 'c2sp.org/tlog-proof@v1' && /^index \d+$/.test(place), 'the proof is no tlog-proof')
  const index = Number(place.slice('index '.length))
  const signed = openCheckpoint(evidence.proof.slice(end + 2), own as LogKey[])
  const leaf = leafHash(Buffer.from(entry))
  must(
    rootOfInclusion(index, signed.size, leaf, proof.map(base64)).equals(signed.root),
    'the proof of the receipt leads to another root',
  )
  const value = canonicalEntry(Buffer.from(entry), index)
  for (const { hash, body } of texts)
    must(sha256(body).toString('hex') === hash, `a text of the receipt is not ${hash}`)
  for (const named of [value['configuration'], value['text']].filter(hash => hash !== undefined))
    must(
      texts.some(({ hash }) => hash === named),
      `the receipt lacks text ${JSON.stringify(named)}`,
    )
}
