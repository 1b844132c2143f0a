import { randomBytes } from 'node:crypto'

/** UUIDv7 (RFC 9562): of what a person did, where nothing they have at hand makes one. */
export function mintId(now: number): string {
  const hex = Buffer.concat([Buffer.from(now.toString(16).padStart(12, '0'), 'hex'), randomBytes(10)])
  hex[6] = (hex[6]! & 0x0f) | 0x70
  hex[8] = (hex[8]! & 0x3f) | 0x80
  return hex.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
