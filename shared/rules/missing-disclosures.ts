import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../domain/language.ts'
import type { Channel, MessageClass, Program, SiteConfiguration } from '../domain/site.ts'
import { holdsOn } from './dated.ts'
import { LEGAL_FORMS, TELLINGS } from './disclosure-words.ts'
import { DISCLOSURES, type Disclosed, type DisclosedIn, type DisclosureRule } from './disclosures.ts'

/** A program as far as it decides what has to be told. */
export interface ToldProgram {
  readonly channel: Channel
  readonly countries: readonly string[]
  readonly class: MessageClass
  /** Names the sender goes by, the best one first. */
  readonly brands: readonly string[]
  /** What the program and its purpose are called in the language of the words. */
  readonly names: readonly string[]
  readonly contact: string
  readonly sharesWith?: string
}

/** The same of a program as it is published. */
export function toldBy(
  { name, controller, purposes }: Pick<SiteConfiguration, 'name' | 'controller' | 'purposes'>,
  program: Program,
  channel: Channel,
  language: string,
): ToldProgram {
  const { seller, sharesWith, countries } = program
  const purpose = purposes.find(({ id }) => id === program.purpose)
  return {
    channel,
    countries,
    class: program.class ?? 'marketing',
    brands: known(seller === undefined ? [name[language], controller.name] : [seller]),
    names: known([program.name[language], purpose?.name[language]]),
    contact: controller.email,
    ...(sharesWith !== undefined && { sharesWith }),
  }
}

const known = (texts: readonly (string | undefined)[]): string[] => texts.filter(text => text !== undefined)

export interface MissingDisclosure {
  readonly rule: DisclosureRule
  readonly what: string
  /** Would tell it, in the language of the words. */
  readonly sentence: string
}

/**
 * The rules for one text of a program. Without a day, those that have not ended: what begins next month is told before it
 * begins.
 */
export function rulesFor(
  { channel, countries, class: kind, sharesWith }: ToldProgram,
  where: DisclosedIn,
  day?: string,
): DisclosureRule[] {
  return DISCLOSURES.filter(
    rule =>
      (rule.in === where || (where === 'point' && rule.in === 'words')) &&
      rule.channel === channel &&
      (rule.class ?? kind) === kind &&
      (rule.tells !== 'recipient' || sharesWith !== undefined) &&
      (rule.countries?.some(country => countries.includes(country)) ?? true) &&
      (day === undefined ? rule.until === undefined : holdsOn(rule, day)),
  )
}

/** What a text has still to tell, each thing once. In a language nobody wrote patterns for, nothing can be missed. */
export function missingFrom(
  text: string,
  language: string,
  program: ToldProgram,
  where: DisclosedIn,
  day?: string,
): MissingDisclosure[] {
  if (!isKnown(language)) return []
  const missing = rulesFor(program, where, day).filter(({ tells }) => !isTold(tells, text, language, program))
  const seen = new Set<string>()
  return missing.flatMap(rule => {
    // Whoever is told that STOP stops is told how to stop.
    if (rule.tells === 'stop' && missing.some(other => other.tells === 'STOP')) return []
    if (seen.has(rule.tells)) return []
    seen.add(rule.tells)
    return [{ rule, what: TELLINGS[rule.tells].what, sentence: sentenceFor(rule.tells, language, program) }]
  })
}

const isKnown = (language: string): language is DocumentLanguage =>
  DOCUMENT_LANGUAGES.some(known => known === language)

function isTold(tells: Disclosed, text: string, language: DocumentLanguage, program: ToldProgram): boolean {
  const { patterns, keepsCase } = TELLINGS[tells]
  const names = namesFor(tells, program)
  if (names.some(name => named(text).includes(named(name)))) return true
  return patterns?.[language].test(keepsCase ? visible(text) : plain(text)) ?? false
}

function namesFor(tells: Disclosed, { brands, names, sharesWith }: ToldProgram): readonly string[] {
  if (tells === 'brand') return brands.flatMap(brand => [brand, brand.replace(LEGAL_FORMS, '')])
  if (tells === 'sends') return names
  if (tells === 'recipient') return sharesWith === undefined ? [] : [sharesWith]
  return []
}

function sentenceFor(tells: Disclosed, language: DocumentLanguage, program: ToldProgram): string {
  const values: Readonly<Record<string, string>> = {
    brand: program.brands[0] ?? '',
    program: program.names[0] ?? '',
    contact: program.contact,
    recipient: program.sharesWith ?? '',
  }
  return TELLINGS[tells].sentence[language].replace(
    /\{(\w+)\}/g,
    (place, name: string) => values[name] ?? place,
  )
}

/** As it is read: composed, with single blanks, without what is not seen and without the vowel signs of Arabic. */
const visible = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}|[\u064b-\u0652\u0670\u0640]/gu, '')
    .replace(/\s+/g, ' ')

/** A name in a compound is joined by hyphens: "Harborline-IT-Angebote". */
const named = (text: string): string => plain(text).replace(/\p{Pd}/gu, ' ')

const plain = (text: string): string => visible(text).toLowerCase()
