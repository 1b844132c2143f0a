import { readConfigurationOf } from './published.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** One text of the box, as long as it was published. */
export interface DisclosureVersion {
  readonly language: string
  readonly words: string
  readonly publishedAt: string
  /** When other words took its place; absent: it is what is shown now. */
  readonly until?: string
  /** SHA-256 of the configuration, and of the bytes of both forms, that first showed it. */
  readonly configuration: string
  readonly form?: string
  readonly page?: string
}

const time = (moment: number): string => new Date(moment).toISOString()

/** Every version of the words beside the box for text messages, the oldest first. */
export function disclosureVersions(
  { store }: Pick<Ledger, 'store'>,
  site: string,
  program: string,
): DisclosureVersion[] {
  const versions: { -readonly [K in keyof DisclosureVersion]: DisclosureVersion[K] }[] = []
  for (const { configuration: hash, files, publishedAt } of store.publications(site)) {
    const found = readConfigurationOf(store, site, hash).programs?.find(({ id }) => id === program)
    const texts = found?.disclosures.find(({ channel }) => channel === 'sms')?.text ?? {}
    for (const last of versions)
      if (last.until === undefined && texts[last.language] !== last.words) last.until = time(publishedAt)
    for (const [language, words] of Object.entries(texts)) {
      if (versions.some(last => last.until === undefined && last.language === language)) continue
      const form = files[`opt-in.${program}.${language}`]
      const page = files[`opt-in-page.${program}.${language}`]
      versions.push({
        language,
        words,
        publishedAt: time(publishedAt),
        configuration: hash,
        ...(form !== undefined && { form }),
        ...(page !== undefined && { page }),
      })
    }
  }
  return versions
}
