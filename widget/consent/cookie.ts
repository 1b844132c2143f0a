import { lent } from './lent.ts'

/** @returns whether the browser kept it */
export function writeCookie(name: string, value: string, days: number, place = ';path=/'): boolean {
  try {
    const secure = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${name}=${value};max-age=${days * 86_400};samesite=lax${place}${secure}`
  } catch {
    // An opaque origin, such as a sandboxed frame: the answer tells.
  }
  return lent.readCookie(name) === value
}
