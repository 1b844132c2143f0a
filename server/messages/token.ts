import { createHash, randomBytes } from 'node:crypto'

/** What stands in a link: 128 random bits. */
export const newToken = (): string => randomBytes(16).toString('base64url')

/** All that is kept of a token. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Whatever else it is, it is none of ours. */
export const isToken = (text: string | undefined): text is string =>
  text !== undefined && /^[\w-]{22}$/.test(text)
