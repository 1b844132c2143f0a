import { hash } from 'node:crypto'

/**
 * The pseudonym a browser's secret leads to, and never back: only the holder of the secret can write for it or read
 * its history. The secret's time prefix (48 bits of milliseconds, as in a UUIDv7) is kept: subjects
 * in time order made an append a quarter cheaper than subjects in the order of their minute.
 */
export function subjectOf(site: string, secret: string): string {
  return secret.slice(0, 12) + hash('sha256', `assent subject\n${site}\n${secret}`).slice(0, 32)
}
