import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../shared/domain/language.ts'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'
import { CARRIER_RULES_IN } from '../../shared/rules/disclosures.ts'
import type { FirstAnswers } from '../inventory/first-site.ts'
import { siteKeyFor } from '../inventory/first-site.ts'
import { CommandError, EXIT, type Invocation } from './command.ts'
import type { Ask } from './terminal.ts'

type Given = Readonly<Record<string, string>>

interface Question {
  /** Without the dashes. */
  readonly flag: string
  readonly words: string
  /** What an empty answer means; without it, one has to be given. */
  readonly otherwise?: (given: Given) => string
  /** What an answer has to be; `undefined` when it is. */
  readonly fault: (answer: string) => string | undefined
  /** Asked only then. */
  readonly when?: (given: Given) => boolean
}

const unless = (ok: boolean, fault: string): string | undefined => (ok ? undefined : fault)
const isOrigin = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '')
const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(item => item !== '')
const yesOrNo = (text: string) => unless(/^(yes|no|y|n)$/i.test(text), 'answer yes or no')
const isYes = (text: string | undefined): boolean => /^y/i.test(text ?? '')
const channelsOf = (text: string): string[] => (text === 'none' ? [] : listOf(text))

const QUESTIONS: readonly Question[] = [
  {
    flag: 'name',
    words: 'Your company or organisation, as it signs',
    fault: text => unless(/\p{L}|\p{N}/u.test(text), 'write a name'),
  },
  {
    flag: 'address',
    words: 'Its postal address, in one line',
    fault: text => unless(/\p{L}|\p{N}/u.test(text), 'write an address'),
  },
  {
    flag: 'country',
    words: 'Its country (two letters, such as DE)',
    fault: text => unless(/^[a-z]{2}$/i.test(text), 'write the two letters of ISO 3166-1, such as DE'),
  },
  {
    flag: 'email',
    words: 'E-mail address for questions about privacy',
    fault: text => unless(/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text), 'write an e-mail address'),
  },
  {
    flag: 'website',
    words: 'Address of the website (such as https://www.shop.example)',
    fault: text => unless(isOrigin(text), 'write a web address that begins with https://'),
  },
  {
    flag: 'site',
    words: 'Site key, in addresses and cookie names for ever',
    otherwise: ({ website = '' }) => (isOrigin(website) ? siteKeyFor(website) : 'site'),
    fault: text =>
      unless(/^[a-z][a-z0-9-]{1,31}$/.test(text), 'use 2 to 32 of a-z, 0-9 and "-", a letter first'),
  },
  {
    flag: 'server',
    words: 'Address browsers will reach this consent server at',
    otherwise: ({ url }) => url!,
    fault: text =>
      unless(isOrigin(text) && URL.parse(text)?.origin === text, 'write it as https://consent.shop.example'),
  },
  {
    flag: 'language',
    words: `Languages of the website, the first one first (of ${DOCUMENT_LANGUAGES.join(', ')})`,
    otherwise: () => 'en',
    fault: text =>
      unless(
        listOf(text).length > 0 && listOf(text).every(tag => DOCUMENT_LANGUAGES.some(known => known === tag)),
        `choose of ${DOCUMENT_LANGUAGES.join(', ')}`,
      ),
  },
  {
    flag: 'analytics',
    words: 'Does the site use analytics?',
    otherwise: () => 'no',
    fault: yesOrNo,
  },
  {
    flag: 'marketing',
    words: 'Does it have marketing tags, or embeds such as videos or maps?',
    otherwise: () => 'no',
    fault: yesOrNo,
  },
  {
    flag: 'messages',
    words: 'Do people sign up for e-mail or SMS? (none; email; sms; email,sms)',
    otherwise: () => 'none',
    fault: text =>
      unless(
        text === 'none' ||
          (listOf(text).length > 0 && listOf(text).every(item => CHANNELS.some(known => known === item))),
        `write none, or of ${CHANNELS.join(', ')}`,
      ),
  },
  {
    flag: 'per-month',
    words: 'How many messages a month at most? It is promised beside each box',
    when: ({ messages }) => messages !== 'none',
    fault: text => unless(/^[1-9]\d{0,2}$/.test(text), 'write a number such as 4'),
  },
  {
    flag: 'confirm',
    words:
      'Does each new yes count only once its address confirmed it, by a link or a reply (double opt-in)?',
    // A mistyped mailbox is a stranger's, and a mail costs nothing; a text message does, and not everybody has a sender for it.
    otherwise: ({ messages = '' }) => (channelsOf(messages).includes('email') ? 'yes' : 'no'),
    when: ({ messages }) => messages !== 'none',
    fault: yesOrNo,
  },
  {
    flag: 'terms',
    words: 'Address of the terms of your text messages, which carriers there want linked beside the box',
    when: ({ messages = '', country = '' }) =>
      channelsOf(messages).includes('sms') && CARRIER_RULES_IN.includes(country.toUpperCase()),
    fault: text => unless(isOrigin(text), 'write a web address that begins with https://'),
  },
]

/** Answers from the flags and, where there is a person to ask, from that person. `url` is what the server's settings say. */
export async function askFirst(
  flags: Invocation['flags'],
  url: string,
  today: string,
  ask: Ask | undefined,
): Promise<FirstAnswers> {
  const given: Record<string, string> = { url }
  const faults: string[] = []
  for (const question of QUESTIONS) {
    const flag = flags[question.flag]
    if (question.when?.(given) === false) continue
    const answer = flag === true ? 'yes' : typeof flag === 'string' ? flag.trim() : undefined
    if (answer !== undefined || ask === undefined) {
      const text = answer ?? question.otherwise?.(given)
      const fault = text === undefined ? undefined : question.fault(text)
      if (text === undefined) faults.push(`--${question.flag} is missing`)
      if (fault !== undefined) faults.push(`--${question.flag} is "${text}": ${fault}`)
      given[question.flag] = text ?? ''
    } else {
      // One after the other: later questions offer what earlier answers say.
      // oxlint-disable-next-line no-await-in-loop
      given[question.flag] = await askUntilItFits(question, question.otherwise?.(given), ask)
    }
  }
  if (faults.length > 0)
    throw new CommandError(
      `assent init has to know more: ${faults.join('; ')}. On a terminal it asks; "assent init --help" explains each.`,
      EXIT.usage,
    )
  return answersOf(given, today)
}

async function askUntilItFits(
  { words, fault }: Question,
  otherwise: string | undefined,
  ask: Ask,
): Promise<string> {
  let wrong: string | undefined
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const typed = await ask(
      `${wrong === undefined ? '' : `  ${wrong}\n`}${words}${otherwise === undefined ? '' : ` [${otherwise}]`}: `,
    )
    const answer = typed.trim() || (otherwise ?? '')
    wrong = fault(answer)
    if (wrong === undefined) return answer
  }
}

function answersOf(given: Given, today: string): FirstAnswers {
  const channels = channelsOf(given['messages']!) as Channel[]
  return {
    site: given['site']!,
    name: given['name']!,
    address: given['address']!,
    country: given['country']!.toUpperCase(),
    email: given['email']!,
    website: new URL(given['website']!).origin,
    server: given['server']!,
    languages: [...new Set(listOf(given['language']!))] as DocumentLanguage[],
    analytics: isYes(given['analytics']),
    marketing: isYes(given['marketing']),
    channels: [...new Set(channels)],
    perMonth: Number(given['per-month'] ?? 0),
    confirm: isYes(given['confirm']),
    ...(given['terms'] !== undefined && { terms: given['terms'] }),
    today,
  }
}
