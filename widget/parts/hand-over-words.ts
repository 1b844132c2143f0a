/** How the token stands in an address: behind the `#`, which no server is sent and no log keeps. */
const PLACE = /(^|[#&])assent=([^&]*)$/

/** What stands behind the `#` without the token, and the token. */
export function tokenIn(hash: string): { readonly rest: string; readonly token: string } | undefined {
  const found = PLACE.exec(hash)
  return found ? { rest: hash.slice(0, found.index), token: found[2]! } : undefined
}

export function withToken(url: URL, token: string | undefined): string {
  const bare = new URL(url)
  bare.hash = tokenIn(url.hash)?.rest ?? url.hash
  if (token !== undefined) bare.hash += `${bare.hash ? '&' : ''}assent=${token}`
  return bare.href
}

/** Of the choice as the cookie holds it: its parts are apart by dots, a version, the time, and last, where there is one, the secret. */
export const timeOf = (choice: string | undefined): number => parseInt(choice?.split('.')[1] ?? '', 36) || 0

export const secretOf = (choice: string | undefined): string | undefined => choice?.split('.')[5]

export const grantsAnything = (choice: string | undefined): boolean =>
  /:1\b/.test(choice?.split('.')[3] ?? '')
