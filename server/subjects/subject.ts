import { hash } from 'node:crypto'

/**
 * The pseudonym a browser's secret leads to, and never back: only the holder of the secret can write for it or read
 * its history. The secret's minute prefix is kept, so that subjects come in time order and appends stay cheap.
 */
export function subjectOf(site: string, secret: string): string {
  return secret.slice(0, 8) + hash('sha256', `assent subject\n${site}\n${secret}`).slice(0, 32)
}
