import type { Ledger } from '../ledger/ledger.ts'
import type { AskedSite } from './status/question.ts'

type Programs = Pick<AskedSite, 'key'> & {
  readonly configuration: { readonly programs: readonly { readonly id: string }[] }
}

/** What is wrong with a program that the site has not, and which it has; a detail for whoever asks with a key. */
export function noSuchProgram(
  { key, configuration: { programs } }: Programs,
  program: string | undefined,
): string {
  const known = programs.map(({ id }) => id).join(', ')
  const has = known === '' ? 'it has none' : `it has ${known}`
  return program
    ? `"${key}" has no program "${program}": ${has}.`
    : `Ask with program=…: "${key}" ${has.slice(3)}.`
}

/**
 * The same of a program that no configuration ever published has: whoever misspells one would take its silent `block` for an
 * answer about a person. One that was published once may be asked about, also about the past.
 */
export function misspelt({ store }: Ledger, site: Programs, program: string): string | undefined {
  const isIn = ({ programs }: Programs['configuration']): boolean => programs.some(({ id }) => id === program)
  if (isIn(site.configuration)) return undefined
  const once = store
    .publications(site.key)
    .some(({ configuration }) => isIn(store.publication(site.key, configuration)!))
  return once ? undefined : noSuchProgram(site, program)
}
