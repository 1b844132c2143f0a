import type { Program } from '../../../shared/domain/site.ts'
import type { AgreedTo } from '../../../shared/domain/standing.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { normaliseAddress } from '../address.ts'
import { serves } from '../served.ts'
import type { StatusQuestion } from './question.ts'

/** The program no longer writes to every country it wrote to when it was agreed to. */
export function isNarrower(
  { store }: Ledger,
  site: string,
  { configuration }: AgreedTo,
  { id, countries }: Program,
): boolean {
  const agreed = store.publication(site, configuration)?.programs.find(p => p.id === id)
  return !agreed || !agreed.countries.every(country => serves(countries, country))
}

/** The number belongs to a country of the program, or to one that shares its numbering plan; a mailbox to any. */
export function isServed(
  { channel, address }: Pick<StatusQuestion, 'channel' | 'address'>,
  { countries }: Program,
): boolean {
  const normalised = normaliseAddress(channel, address, countries[0])
  if ('detail' in normalised) return false
  return normalised.country === undefined || serves(countries, normalised.country)
}
