import { key } from './config.ts'
import { readCookie } from './stored.ts'

/** @returns whether the browser kept it */
export function writeCookie(name: string, value: string, milliseconds: number, place = ';path=/'): boolean {
  try {
    const secure = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${name}=${value};max-age=${milliseconds / 1e3};samesite=lax${place}${secure}`
  } catch {
    // An opaque origin, such as a sandboxed frame: the answer tells.
  }
  return readCookie(name) === value
}

/** An answer given now would be remembered. */
export const canRemember = (): boolean =>
  writeCookie(`${key}_probe`, '1', 9e4) && !writeCookie(`${key}_probe`, '', 0)
