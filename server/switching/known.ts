import { KNOWN_SERVICES, type KnownService } from '../../shared/rules/known-services.ts'
import type { FoundService } from './found.ts'

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Shorter beginnings are those of many names. */
const TELLING = 3

/** A name with a star at its end may be written shorter than in the table. */
const isAbout = (name: string, known: string): boolean =>
  name === known ||
  (name.endsWith('*') && name.length > TELLING && known.startsWith(name.slice(0, -1))) ||
  (known.endsWith('*') && name.startsWith(known.slice(0, -1)))

/** The service of the built-in table that this one is, by its name or by what it keeps. */
export function knownFor({ id, name, cookies }: FoundService): KnownService | undefined {
  const names = [id, name].map(plain)
  return (
    KNOWN_SERVICES.find(known => names.includes(plain(known.id)) || names.includes(plain(known.name))) ??
    KNOWN_SERVICES.find(known => cookies.some(cookie => known.cookies.some(one => isAbout(cookie.name, one))))
  )
}
