import type { Finding, OutsideCheckpoint, VerifyTarget } from '../ledger/finding.ts'
import { printable } from './verify-receipt.ts'
import { readText } from './site-file.ts'

/** Reads a checkpoint somebody kept elsewhere, and finds the log whose name is its first line. */
export function readOutside(
  file: string,
  sites: readonly string[],
  signer: VerifyTarget['signer'],
): OutsideCheckpoint {
  const note = readText(file)
  const origin = originIn(note)
  return { site: sites.find(site => nameOf(signer, site) === origin), name: file, note }
}

/** For a checkpoint that speaks of no log that is here. */
export const ofNoLog = ({ name, note }: OutsideCheckpoint): Finding => ({
  site: '',
  column: name,
  detail: `no log here signs under the name in its first line, "${printable(originIn(note)).slice(0, 80)}"`,
})

const originIn = (note: string): string => note.split('\n', 1)[0]!

function nameOf(signer: VerifyTarget['signer'], site: string): string | undefined {
  try {
    return signer(site).keys.origin
  } catch {
    // A key that cannot be read has a finding of its own.
    return undefined
  }
}
