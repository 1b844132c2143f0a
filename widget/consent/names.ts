/** Names of what a kind of storage holds: cookies, local or session storage. */
export function namesIn(storage: 'c' | 'l' | 's'): string[] {
  try {
    return storage === 'c'
      ? document.cookie.split('; ').map(pair => pair.split('=')[0]!)
      : Object.keys(storage === 'l' ? localStorage : sessionStorage)
  } catch {
    return [] // It is blocked: nothing is kept there.
  }
}
