import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RECORDED_ERASURE_REASONS, type RecordedErasureReason } from '../../shared/domain/erasure.ts'
import { syncFolderOf } from './private-files.ts'

/**
 * Erasures are kept beside the last checkpoint too, outside the database: what a crash interrupts is finished by it, and a
 * backup from before an erasure is brought up to it. One line of JSON for the subject, and one for the address that led to
 * it, which says nothing of the subject.
 */
export interface KeptErasure {
  /** Of its entry. */
  readonly id: string
  readonly subject: string
  readonly reason: RecordedErasureReason
}

export interface KeptSuppression {
  readonly blind: Uint8Array
  readonly at: number
}

export interface KeptErasures {
  readonly erasures: readonly KeptErasure[]
  readonly suppressions: readonly KeptSuppression[]
  /** The last line is of a subject: if an address led to it, a crash cut that line off. */
  readonly mayBeCut: boolean
}

/** `<data>/erasures/<site>`. */
export const keptErasuresFile = (folder: string, site: string): string => {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(site)) throw new Error(`"${site}" is no site key`)
  return join(folder, site)
}

/** The files of all sites in the folder. */
export const keptErasuresFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter(entry => !entry.isDirectory() && /^[a-z][a-z0-9-]{0,63}$/.test(entry.name))
        .map(({ name }) => join(folder, name))
    : []

/** What is kept of a site, as it stands; undefined where nothing is. */
export function readKeptErasures(folder: string, site: string): string | undefined {
  const file = keptErasuresFile(folder, site)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** When it returns, the lines are on disk. */
export function keepErasure(
  file: string,
  erasure: KeptErasure | undefined,
  suppression: KeptSuppression | undefined,
): void {
  const lines: string[] = []
  if (erasure) {
    const { id, subject, reason } = erasure
    lines.push(JSON.stringify({ erased: subject, id, reason }))
  }
  if (suppression) {
    const { blind, at } = suppression
    lines.push(JSON.stringify({ suppressed: Buffer.from(blind).toString('hex'), at }))
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const opened = openSync(file, 'a+', 0o600)
  try {
    cutTornLine(opened)
    // All of it, or it throws: a full disk may take a part.
    writeFileSync(opened, `${lines.join('\n')}\n`)
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
  syncFolderOf(file)
}

/** A crash may have cut the last line off; what it was to announce had not begun yet. */
function cutTornLine(file: number): void {
  const text = readFileSync(file)
  const whole = text.lastIndexOf('\n') + 1
  if (whole < text.length) ftruncateSync(file, whole)
}

/** Throws when a line is none of ours; one that a crash cut off does not count. */
export function parseKeptErasures(text: string, file: string): KeptErasures {
  const erasures: KeptErasure[] = []
  const suppressions: KeptSuppression[] = []
  let mayBeCut = false
  for (const [n, line] of text.split('\n').slice(0, -1).entries()) {
    const parsed = parseLine(line)
    if (!parsed) throw new Error(`line ${n + 1} of ${basename(dirname(file))}/${basename(file)} is damaged`)
    mayBeCut = 'id' in parsed
    if ('id' in parsed) erasures.push(parsed)
    else suppressions.push(parsed)
  }
  return { erasures, suppressions, mayBeCut }
}

function parseLine(line: string): KeptErasure | KeptSuppression | undefined {
  try {
    const { erased, id, reason, suppressed, at } = JSON.parse(line) as Record<string, unknown>
    if (
      typeof erased === 'string' &&
      typeof id === 'string' &&
      RECORDED_ERASURE_REASONS.some(r => r === reason)
    )
      return { subject: erased, id, reason: reason as RecordedErasureReason }
    if (typeof suppressed === 'string' && /^[0-9a-f]{64}$/.test(suppressed) && Number.isSafeInteger(at))
      return { blind: Buffer.from(suppressed, 'hex'), at: at as number }
  } catch {
    // No JSON is no line of ours either; the caller says where.
  }
  return undefined
}
