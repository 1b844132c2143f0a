import { concat, hex, sha256, strictBase64, utf8, type Bytes } from './bytes.ts'

/** A C2SP signed-note verifier key: `name+hash8+base64(type||public key)`. Both kinds are Ed25519. */
export interface VerifierKey {
  readonly vkey: string
  readonly name: string
  /** First four bytes of SHA-256(name || 0x0A || type || public key). */
  readonly id: Bytes
  /** `log` (0x01) signs its own checkpoints; `witness` (0x04, tlog-cosignature) signs what it saw of another's log. */
  readonly kind: 'log' | 'witness'
  readonly publicKey: Bytes
}

const KINDS: Readonly<Record<number, VerifierKey['kind']>> = { 0x01: 'log', 0x04: 'witness' }

/** `undefined` when the line is no such key, or its hash does not match. */
export async function parseVerifierKey(vkey: string): Promise<VerifierKey | undefined> {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey) ?? []
  const typed = encoded === undefined ? undefined : strictBase64(encoded)
  const kind = typed && KINDS[typed[0]!]
  if (name === undefined || !typed || !kind || typed.length !== 33) return undefined
  const found = (await sha256(concat(utf8(`${name}\n`), typed))).slice(0, 4)
  return hex(found) === id ? { vkey, name, id: found, kind, publicKey: typed.slice(1) } : undefined
}
