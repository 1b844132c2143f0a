import { holdsOn } from '../../shared/rules/dated.ts'
import {
  COURTESIES,
  KEYWORDS,
  REVOCATION_PHRASES,
  SIGNATURES,
  type Keyword,
  type KeywordMeaning,
} from '../../shared/rules/keywords.ts'

/** What a message says about being written to. It names words of our lists, never a word of the person's own. */
export type Heard =
  | {
      readonly means: 'stop'
      readonly keyword: string
      /** Only this program; absent: whatever a revocation is to reach. */
      readonly program?: string
    }
  | { readonly means: 'help' | 'start'; readonly keyword: string }
  /** Words after which nobody may go on as before: a person has to read it. */
  | { readonly means: 'suspected'; readonly phrase: string }
  | { readonly means: 'other' }

/** A program, by every name that people may call it by. */
export interface NamedProgram {
  readonly id: string
  readonly names: readonly string[]
}

export interface KeywordRules {
  readonly languages: readonly string[]
  /** RFC 3339 full-date: the words of that day. */
  readonly day: string
  readonly programs?: readonly NamedProgram[]
}

export type Listen = (body: string) => Heard

/** Nobody sends more by SMS (10 parts); in what is longer the beginning decides. */
const LONGEST = 1_600

/** Understands messages by the words that count on that day, on a site with those languages. */
export function listener({ languages, day, programs = [] }: KeywordRules): Listen {
  const spoken = new Set(languages.map(tag => tag.split('-', 1)[0]!.toLowerCase()))
  const counts = ({ on, language, ...days }: Keyword): boolean =>
    holdsOn(days, day) && (on === 'always' || spoken.has(language))
  const words = new Map<string, { means: KeywordMeaning; keyword: string }>()
  const joined = new Map<string, string>()
  for (const { means, word } of KEYWORDS.filter(counts)) {
    for (const spelling of spellings(word)) words.set(spelling, { means, keyword: word })
    if (means === 'stop') joined.set(plain(word).replaceAll(' ', ''), word)
  }
  const named = new Map(
    programs.flatMap(({ id, names }) => [id, ...names].flatMap(spellings).map(name => [name, id] as const)),
  )

  /** All of a text is one keyword: politely or not, but for a yes; a stop also spaced out or repeated. */
  function keywordOf(text: string): Heard | undefined {
    const exact = spellings(text).flatMap(spelling => words.get(spelling) ?? [])[0]
    if (exact) return exact
    for (const spelling of spellings(text)) {
      const bare = withoutCourtesies(spelling)
      const asked = words.get(bare)
      if (asked?.means === 'help') return asked
      const apart = joined.get(bare.replaceAll(' ', ''))
      if (apart !== undefined) return { means: 'stop', keyword: apart }
      const tokens = bare.split(' ')
      const stops = tokens.map(token => words.get(token)).filter(word => word?.means === 'stop')
      if (stops.length === tokens.length) return { means: 'stop', keyword: stops[0]!.keyword }
      const scoped = scopedStop(tokens)
      if (scoped) return scoped
    }
    return undefined
  }

  /** "STOP weekly": the words behind a stop name a program. */
  function scopedStop([first = '', ...rest]: readonly string[]): Heard | undefined {
    const stop = words.get(first)
    if (stop?.means !== 'stop') return undefined
    const argument = rest.join(' ')
    const program = named.get(argument)
    if (program !== undefined) return { means: 'stop', keyword: stop.keyword, program }
    // A number that is no program of ours may be the sender's: what is to stop is not clear, that something is, is.
    return /^\d+$/.test(argument) ? { means: 'suspected', phrase: stop.keyword } : undefined
  }

  return body => {
    const text = body.slice(0, LONGEST)
    const lines = linesOf(withoutSignature(text))
    const whole = keywordOf(lines.join(' '))
    if (whole) return whole
    // Whatever stands below: a stop that is too much costs less than one that is missed. A yes has to be all that was said.
    const first = keywordOf(lines[0] ?? '')
    if (first && first.means !== 'start') return first
    // Nothing is left out here: what begins like a signature may be a sentence.
    const phrase = phraseIn(linesOf(text).join(' '))
    if (phrase !== undefined) return { means: 'suspected', phrase }
    const sentences = linesOf(text).flatMap(line => line.normalize('NFKC').split(/[.!?;:,]+/))
    const said = sentences.map(keywordOf).find(heard => heard?.means === 'stop')
    return said?.means === 'stop' ? { means: 'suspected', phrase: said.keyword } : { means: 'other' }
  }
}

/** Those in which something is written. */
const linesOf = (text: string): string[] =>
  text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).filter(line => plain(line) !== '')

/** Without case, accents and what cannot be seen; other characters that are no letters or digits become `gap`. */
function plain(text: string, gap = ''): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}\p{Cf}\p{DI}]/gu, '')
    .replace(/[\p{P}\p{S}]/gu, gap)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** "opt-out" is one word to some and two to others. */
const spellings = (text: string): string[] => [...new Set([plain(text), plain(text, ' ')])]

const POLITE = COURTESIES.map(word => plain(word)).sort((a, b) => b.length - a.length)

function withoutCourtesies(text: string): string {
  for (;;) {
    const before = POLITE.find(word => text.startsWith(`${word} `))
    const behind = POLITE.find(word => text.endsWith(` ${word}`))
    if (before === undefined && behind === undefined) return text
    if (before !== undefined) text = text.slice(before.length + 1)
    else text = text.slice(0, -behind!.length - 1)
  }
}

const SIGNED = SIGNATURES.map(words => words.replaceAll(' ', '\\s+')).join('|')
const SIGNATURE = new RegExp(`(?:^|\\s)(?:${SIGNED})(?=\\s|$).*`, 'isu')

/** Nothing from where a telephone or a mail program went on writing. */
const withoutSignature = (text: string): string => text.normalize('NFC').replace(SIGNATURE, '')

const PHRASES = REVOCATION_PHRASES.flatMap(({ phrase }) =>
  spellings(phrase).map(spelling => ({ phrase, words: ` ${spelling} ` })),
)

function phraseIn(text: string): string | undefined {
  const forms = spellings(text).map(spelling => ` ${spelling} `)
  return PHRASES.find(({ words }) => forms.some(form => form.includes(words)))?.phrase
}
