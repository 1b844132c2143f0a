import { key } from './config.ts'
import { readCookie } from './stored.ts'

/** @returns whether the browser kept it */
export function writeCookie(name: string, value: string, days: number, place = ';path=/'): boolean {
  try {
    const secure = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${name}=${value};max-age=${days * 86_400};samesite=lax${place}${secure}`
  } catch {
    // An opaque origin, such as a sandboxed frame: the answer tells.
  }
  return readCookie(name) === value
}

/** An answer given now would be remembered. */
export const canRemember = (): boolean =>
  writeCookie(`${key}_probe`, '1', 1) && !writeCookie(`${key}_probe`, '', 0)
