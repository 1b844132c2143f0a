import { parseWitnessKey } from '../ledger/cosignature.ts'
import { parseVerifierKey, type NoteVerifier } from '../ledger/note.ts'

/** Lines of `what rest`, blank ones and `#` comments left out, with their place. */
interface Line {
  readonly at: number
  readonly words: readonly string[]
}

/** A witness that is asked to cosign our checkpoints. */
export interface KnownWitness {
  /** Submission prefix (C2SP tlog-witness), without a slash at its end. */
  readonly url: string
  readonly vkey: string
  readonly verifier: NoteVerifier
}

export type Listed<T> = { readonly listed: readonly T[] } | { readonly faults: readonly string[] }

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** `https://witness.example/w1 name+hash+key`, one a line (or between commas): whom to ask, and whose answer to believe. */
export function parseWitnesses(text: string): Listed<KnownWitness> {
  return parsed(
    linesOf(text.replaceAll(',', '\n')),
    ({ words: [address = '', vkey = '', ...more] }) => {
      const url = URL.parse(address)
      const verifier = parseWitnessKey(vkey)
      if (more.length > 0 || vkey === '')
        return 'is not an address and a key, such as "https://witness.example w+0a1b2c3d+BA..."'
      if (!url || url.username || url.password || url.search || url.hash)
        return `has no address in front: "${address}"`
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
        return `must name an https address: "${address}"`
      if (!verifier)
        return parseVerifierKey(vkey)
          ? 'names the key of a log: a witness prints its own when it starts, and answers it at /vkey'
          : 'holds no verifier key of a witness: copy the line it prints when it starts'
      return { url: url.href.replace(/\/$/, ''), vkey, verifier }
    },
    ({ vkey }) => vkey,
  )
}

export interface KnownLog {
  readonly origin: string
  readonly vkey: string
  readonly verifier: NoteVerifier
}

/** `name+hash+key`, one a line, and behind it the log's origin where that is another than the key's name. */
export function parseLogs(text: string): Listed<KnownLog> {
  return parsed(
    linesOf(text),
    ({ words: [vkey = '', ...origin] }) => {
      const verifier = parseVerifierKey(vkey)
      if (!verifier)
        return parseWitnessKey(vkey)
          ? "names the key of a witness: a log's is at /log/<site>/vkey"
          : 'holds no verifier key of a log: copy the line from /log/<site>/vkey'
      return { origin: origin.length > 0 ? origin.join(' ') : verifier.name, vkey, verifier }
    },
    ({ origin, vkey }) => `${origin} ${vkey}`,
  )
}

/** The keys of each log, by its origin. */
export function keysByOrigin(logs: readonly KnownLog[]): Map<string, NoteVerifier[]> {
  const keys = new Map<string, NoteVerifier[]>()
  for (const { origin, verifier } of logs) keys.set(origin, [...(keys.get(origin) ?? []), verifier])
  return keys
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, i) => ({ at: i + 1, words: line.split(/\s+/).filter(word => word !== '') }))
    .filter(({ words: [first] }) => first !== undefined && !first.startsWith('#'))
}

function parsed<T extends object>(
  lines: readonly Line[],
  read: (line: Line) => T | string,
  nameOf: (one: T) => string,
): Listed<T> {
  const results = lines.map(line => ({ line, result: read(line) }))
  const listed = results.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]))
  const faults = results.flatMap(({ line, result }) =>
    typeof result === 'string' ? [`line ${line.at} ${result}`] : [],
  )
  const twice = listed.map(nameOf).find((name, i, all) => all.indexOf(name) !== i)
  if (twice !== undefined) faults.push(`lists ${twice} twice`)
  if (lines.length === 0) faults.push('is empty')
  return faults.length > 0 ? { faults } : { listed }
}
