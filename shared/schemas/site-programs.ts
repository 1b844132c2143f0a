import {
  CARRIER_RULES_IN,
  DISCLOSURES,
  NO_SHARING,
  type DisclosedIn,
  type DisclosureRule,
} from '../rules/disclosures.ts'
import { missingFrom, rulesFor, type ToldProgram } from '../rules/missing-disclosures.ts'
import {
  isChannel,
  type Channel,
  type CollectionPoint,
  type MessageSender,
  type Program,
} from '../domain/site.ts'
import { each, isObject, type Fault, type Loose, type LooseSite } from './loose-site.ts'

/** What programs tell people, with whom they share, where they collect and what they send from. */
export function programFaults(site: LooseSite): Fault[] {
  const programs = each<Loose<Program>>(site.programs, 'programs')
  return [
    ...programs.flatMap(({ item, at }) => [
      ...wordFaults(site, item, at),
      ...carrierFaults(site, item, at),
      ...serviceFaults(item, at),
      ...sharingFaults(item, at),
    ]),
    ...each<Loose<CollectionPoint>>(site.collectionPoints, 'collectionPoints').flatMap(({ item, at }) =>
      pointFaults(site, item, at),
    ),
    ...senderFaults(site),
    ...revocationFaults(site),
  ]
}

type LooseProgram = NonNullable<Loose<Program>>

const textsOf = (localized: unknown): [language: string, text: string][] =>
  Object.entries(isObject(localized) ? localized : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )

const channelsOf = (program: LooseProgram): Channel[] =>
  each(program.disclosures, '').flatMap(({ item }) => (isChannel(item.channel) ? [item.channel] : []))

/** What of a program decides what it has to tell, in one language. */
function told(site: LooseSite, program: LooseProgram, channel: Channel, language: string): ToldProgram {
  const purpose = each(site.purposes, '').find(({ item }) => item.id === program.purpose)?.item
  const known = (texts: readonly unknown[]): string[] =>
    texts.filter((text): text is string => typeof text === 'string' && text.trim() !== '')
  const { seller, sharesWith, countries } = program
  return {
    channel,
    countries: Array.isArray(countries) ? (countries as string[]) : [],
    class: program.class === 'service' ? 'service' : 'marketing',
    brands:
      known([seller]).length > 0 ? known([seller]) : known([site.name?.[language], site.controller?.name]),
    names: known([program.name?.[language], purpose?.name?.[language]]),
    contact: known([site.controller?.email])[0] ?? '',
    ...(typeof sharesWith === 'string' && { sharesWith }),
  }
}

const because = ({ id, source }: DisclosureRule): string => `${/^D\d/.test(id) ? `${id}; ` : ''}${source}`

function missing(
  path: string,
  text: string,
  language: string,
  program: ToldProgram,
  where: DisclosedIn,
): Fault[] {
  return missingFrom(text, language, program, where).map(({ rule, what, sentence }) => ({
    path,
    message: `does not tell ${what} (${because(rule)}): write for example "${sentence}"`,
  }))
}

/** The words beside each box; how often, when the program says it apart, stands beside the same box. */
function wordFaults(site: LooseSite, program: LooseProgram, at: string): Fault[] {
  if (program.open === false) return []
  return each(program.disclosures, `${at}.disclosures`).flatMap(({ item: { channel, text }, at: where }) =>
    isChannel(channel)
      ? textsOf(text).flatMap(([language, words]) =>
          missing(
            `${where}.text.${language}`,
            `${words}\n${program.frequency?.[language] ?? ''}`,
            language,
            told(site, program, channel, language),
            'words',
          ),
        )
      : [],
  )
}

const REPLIES = ['welcome', 'help', 'stopped'] as const

const isCarried = (program: LooseProgram): boolean =>
  channelsOf(program).includes('sms') &&
  Array.isArray(program.countries) &&
  program.countries.some(country => CARRIER_RULES_IN.includes(country as string))

/** What the carriers of these numbers ask for beside the words: terms, and what is answered. */
function carrierFaults(site: LooseSite, program: LooseProgram, at: string): Fault[] {
  if (!channelsOf(program).includes('sms')) return []
  const faults: Fault[] = []
  const carriers = DISCLOSURES.find(({ id }) => id === 'D4')!
  if (isCarried(program) && program.terms === undefined)
    faults.push({
      path: `${at}.terms`,
      message: `is missing: programs that text numbers of ${CARRIER_RULES_IN.join(', ')} link to their terms beside the box (D7; ${carriers.source})`,
    })
  for (const reply of REPLIES) {
    const path = `${at}.replies.${reply}`
    const answer = program.replies?.[reply]
    const [rule] = rulesFor(told(site, program, 'sms', 'en'), reply)
    if (answer === undefined && rule)
      faults.push({ path, message: `is missing: write what is answered (${because(rule)})` })
    for (const [tag, text] of textsOf(answer))
      faults.push(...missing(`${path}.${tag}`, text, tag, told(site, program, 'sms', tag), reply))
  }
  return faults
}

/** Who has an order is written to about it whether they like letters or not; nobody signs up for that. */
function serviceFaults({ class: kind, offer }: LooseProgram, at: string): Fault[] {
  return kind === 'service' && offer !== undefined
    ? [
        {
          path: `${at}.offer`,
          message: 'offers what nobody signs up for: a "service" program takes no opt-ins',
        },
      ]
    : []
}

function sharingFaults(program: LooseProgram, at: string): Fault[] {
  return program.sharesWith !== undefined && isCarried(program)
    ? [
        {
          path: `${at}.sharesWith`,
          message: `a program that texts numbers of ${CARRIER_RULES_IN.join(', ')} hands neither them nor the consent on (${NO_SHARING}): remove it, or share what a program without SMS collects`,
        },
      ]
    : []
}

/**
 * A point does not say by which channel it collects: its words do, by telling all that a channel needs. What an opt-in is
 * sent for is judged by the same rule.
 */
function pointFaults(site: LooseSite, point: NonNullable<Loose<CollectionPoint>>, at: string): Fault[] {
  const wanted: readonly unknown[] = Array.isArray(point.programs) ? point.programs : []
  const programs = each<Loose<Program>>(site.programs, '').filter(({ item }) => wanted.includes(item.id))
  return programs.flatMap(({ item: program }) => {
    const channels = channelsOf(program).filter(channel => point.kind !== 'keyword' || channel === 'sms')
    if (point.kind === 'keyword' && channels.length === 0)
      return [
        { path: `${at}.kind`, message: `"${program.id}" sends no text messages, so no keyword leads to it` },
      ]
    return textsOf(point.text).flatMap(([language, words]) => {
      const faults = channels.map(channel =>
        missing(`${at}.text.${language}`, words, language, told(site, program, channel, language), 'point'),
      )
      return faults.toSorted((a, b) => a.length - b.length)[0] ?? []
    })
  })
}

const SMS_SENDER = /^(\+[1-9]\d{6,14}|\d{3,8})$/
const MAIL_SENDER = /^[^\s@]+@(?:[a-z0-9-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/

function senderFaults(site: LooseSite): Fault[] {
  const programs = each<Loose<Program>>(site.programs, '').map(({ item }) => item)
  const seen = new Set<string>()
  return each<Loose<MessageSender>>(site.senders, 'senders').flatMap(({ item, at }) => {
    const faults: Fault[] = []
    const { channel, address } = item
    if (isChannel(channel) && typeof address === 'string') {
      const better = spelled(channel, address)
      if (better !== address)
        faults.push({
          path: `${at}.address`,
          message:
            better === undefined
              ? channel === 'sms'
                ? 'must be a number such as "+12025550123" or a short code: to a name nobody can answer STOP'
                : 'must be an e-mail address such as "news@shop.example"'
              : `must be written "${better}", as messages carry it`,
        })
      const key = `${channel} ${better ?? address}`
      if (seen.has(key))
        faults.push({ path: `${at}.address`, message: `"${address}" is another sender's already` })
      seen.add(key)
    }
    for (const [i, id] of (Array.isArray(item.programs) ? item.programs : []).entries()) {
      const program = programs.find(p => p.id === id)
      if (program && isChannel(channel) && !channelsOf(program).includes(channel))
        faults.push({ path: `${at}.programs[${i}]`, message: `"${String(id)}" sends nothing by ${channel}` })
    }
    return faults
  })
}

/** The one spelling; `undefined` where there is none. */
function spelled(channel: Channel, address: string): string | undefined {
  if (channel === 'sms') {
    const number = address.normalize('NFKC').replace(/[\s().\p{Pd}\p{Cf}]/gu, '')
    return SMS_SENDER.test(number) ? number : undefined
  }
  const at = address.lastIndexOf('@')
  const mailbox = `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`.trim()
  return MAIL_SENDER.test(mailbox) ? mailbox : undefined
}

function revocationFaults(site: LooseSite): Fault[] {
  const rows = each(site.revocation, 'revocation')
  return rows.flatMap(({ item, at }, i) => {
    const before = rows[i - 1]?.item.from
    return typeof before === 'string' && typeof item.from === 'string' && item.from <= before
      ? [{ path: `${at}.from`, message: `must be later than ${before}: each row ends the one before it` }]
      : []
  })
}
