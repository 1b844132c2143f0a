import { parse } from 'csv-parse/sync'
import type { KnownService } from '../../shared/rules/known-services.ts'

/** One row of a cookie database file. */
export interface DatabaseCookie {
  /** With `*` at its end where the database says that more follows. */
  readonly name: string
  readonly kind: KnownService['kind']
  readonly platform: string
  readonly description: string
  readonly controller: string
}

/** A file that is no cookie database. */
export class BadCookieDatabase extends Error {}

const COLUMNS = {
  platform: 'Platform',
  category: 'Category',
  name: 'Cookie / Data Key name',
  description: 'Description',
  controller: 'Data Controller',
  wildcard: 'Wildcard match',
} as const

/** Categories of the Open Cookie Database, and what older copies of it call them. */
const KINDS: Readonly<Record<string, KnownService['kind']>> = {
  functional: 'necessary',
  security: 'necessary',
  personalization: 'preferences',
  preferences: 'preferences',
  analytics: 'analytics',
  marketing: 'marketing',
}

/** Reads a file in the format of the Open Cookie Database: a row whose category is none of its own is left out. */
export function readCookieDatabase(text: string): DatabaseCookie[] {
  let rows: Record<string, string>[]
  try {
    rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch (cause) {
    throw new BadCookieDatabase('it is no CSV', { cause })
  }
  const missing = Object.values(COLUMNS).filter(column => !(column in (rows[0] ?? {})))
  if (missing.length > 0) throw new BadCookieDatabase(`it has no column "${missing[0]}"`)
  return rows.flatMap(row => {
    const cell = (column: keyof typeof COLUMNS): string => (row[COLUMNS[column]] ?? '').trim()
    const kind = KINDS[cell('category').toLowerCase()]
    // Some rows count ("CookieConsent [x4]") or name a placeholder ("SR<RotatorID>").
    const [, stem = '', placeholder] = /^([^[<\s]*)\s*(<)?/.exec(cell('name')) ?? []
    if (!kind || stem === '') return []
    const more = cell('wildcard') === '1' || placeholder !== undefined
    return [
      {
        name: more ? `${stem}*` : stem,
        kind,
        platform: cell('platform'),
        description: cell('description').replaceAll(/\s+/g, ' '),
        controller: cell('controller'),
      },
    ]
  })
}
