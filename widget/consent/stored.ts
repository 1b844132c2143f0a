/** What a kind of storage holds: cookies as `name=value`, local and session storage as names. */
export function stored(kind: 'c' | 'localStorage' | 'sessionStorage'): string[] {
  try {
    return kind === 'c' ? document.cookie.split('; ') : Object.keys(window[kind])
  } catch {
    return [] // It is blocked, or this is an opaque origin: nothing is kept there.
  }
}

/** No value of ours has an equals sign. */
export const readCookie = (name: string): string | undefined =>
  stored('c')
    .map(pair => pair.split('='))
    .find(([its]) => its === name)?.[1]
