import { createHash } from 'node:crypto'

/**
 * An entry's id that follows from what it is about: whatever is done twice makes the same one, and is stored once. It has
 * the form of every other id (UUIDv7); `after`: an id it stands near in time to, so that appending it stays cheap.
 */
export function derivedId(parts: readonly string[], after?: string): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const time = after?.replaceAll('-', '').slice(0, 12) ?? hex.slice(0, 12)
  const variant = '89ab'[Number.parseInt(hex.slice(15, 16), 16) % 4]
  const digits = `${time}7${hex.slice(12, 15)}${variant}${hex.slice(16, 31)}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
