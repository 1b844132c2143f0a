import type { Channel, MessageClass } from '../domain/site.ts'
import type { Dated } from './dated.ts'

/** What a person has to be told before they agree, or in the answer they get afterwards. */
export const DISCLOSED = [
  'brand',
  'sends',
  'frequency',
  'rates',
  'stop',
  'STOP',
  'HELP',
  'no-condition',
  'stopped',
  'contact',
  'recipient',
  'by-email',
  'by-sms',
] as const
export type Disclosed = (typeof DISCLOSED)[number]

/**
 * Where it is told: in the words beside the box; in those of a place that is no form of ours, where nothing else says what
 * the box is for; in an answer by text message.
 */
export type DisclosedIn = 'words' | 'point' | 'welcome' | 'help' | 'stopped'

export interface DisclosureRule extends Dated {
  readonly id: string
  readonly tells: Disclosed
  readonly in: DisclosedIn
  readonly channel: Channel
  /** ISO 3166-1 alpha-2: holds for programs that write to one of these; absent: for all. */
  readonly countries?: readonly string[]
  /** Of messages of this class only. */
  readonly class?: MessageClass
}

/** Where numbers are carried by the networks that ask for these words: one numbering plan, and one set of carriers' rules. */
export const CARRIER_RULES_IN: readonly string[] = ['US', 'CA', 'PR', 'VI', 'GU', 'AS', 'MP']

/** CTIA, "Messaging Principles and Best Practices" (2023). */
const CTIA = 'CTIA Messaging Principles 5.1-5.2'
/** Reasons why Twilio refuses toll-free numbers and A2P 10DLC campaigns. */
const TWILIO = 'Twilio errors 30923, 30924, 30545, 30540'
/** AWS End User Messaging SMS, "Opt-in requirements checklist". */
const AWS = 'AWS opt-in checklist'
/** Prior express written consent. */
const TCPA = '47 CFR 64.1200(f)(9)(i)'

const carriers = {
  channel: 'sms',
  countries: CARRIER_RULES_IN,
  checked: false,
  source: `${CTIA}; ${TWILIO}; ${AWS}`,
} as const satisfies Partial<DisclosureRule>

const everywhere = (channel: Channel) => ({ channel, checked: true, from: '2018-05-25' }) as const

const GDPR_WHO = 'GDPR Recital 42: aware at least of who is responsible, and what for'
const GDPR_STOP = 'GDPR Art. 7(3): told of the right to withdraw before consent is given'

const APART = 'GDPR Art. 4(11), specific consent; ICO, "Electronic mail marketing": e-mail and text apart'

/**
 * The checklist D1 to D15, as far as it is words: D7 and D8 (links to the terms and the privacy notice), D10 to D13 (an empty
 * box for each channel, apart from all else, above the button, and a form that is valid without it) hold by how our form
 * is built. The last rows are no part of that list.
 */
export const DISCLOSURES: readonly DisclosureRule[] = [
  { id: 'D1', in: 'words', tells: 'brand', ...everywhere('sms'), source: GDPR_WHO },
  { id: 'D1', in: 'words', tells: 'brand', ...everywhere('email'), source: GDPR_WHO },
  { id: 'D2', in: 'words', tells: 'sends', ...everywhere('sms'), source: GDPR_WHO },
  { id: 'D2', in: 'words', tells: 'sends', ...everywhere('email'), source: GDPR_WHO },
  { id: 'D3', in: 'words', tells: 'frequency', ...carriers },
  { id: 'D4', in: 'words', tells: 'rates', ...carriers },
  { id: 'D5', in: 'words', tells: 'STOP', ...carriers },
  {
    id: 'D5',
    in: 'words',
    tells: 'stop',
    ...everywhere('sms'),
    source: `${GDPR_STOP}; ePrivacy Directive Art. 13`,
  },
  {
    id: 'D5',
    in: 'words',
    tells: 'stop',
    class: 'marketing',
    ...everywhere('email'),
    source: `${GDPR_STOP}; ePrivacy Directive Art. 13`,
  },
  { id: 'D6', in: 'words', tells: 'HELP', ...carriers },
  {
    id: 'D9',
    in: 'words',
    tells: 'no-condition',
    class: 'marketing',
    ...carriers,
    source: `${TCPA}(B); ${CTIA}`,
    from: '2013-10-16',
    note: 'The statute speaks of the United States; asked for wherever the same carriers carry.',
  },
  { id: 'D14', in: 'welcome', tells: 'brand', ...carriers },
  { id: 'D14', in: 'welcome', tells: 'sends', ...carriers },
  { id: 'D14', in: 'welcome', tells: 'rates', ...carriers },
  { id: 'D14', in: 'welcome', tells: 'HELP', ...carriers },
  { id: 'D14', in: 'welcome', tells: 'STOP', ...carriers },
  { id: 'D15', in: 'help', tells: 'brand', ...carriers },
  { id: 'D15', in: 'help', tells: 'contact', ...carriers },
  { id: 'stopped', in: 'stopped', tells: 'brand', ...carriers },
  {
    id: 'stopped',
    in: 'stopped',
    tells: 'stopped',
    ...carriers,
    from: '2024-04-04',
    source: `47 CFR 64.1200(a)(12); ${CTIA}`,
    note: 'One text that confirms the opt-out, without marketing.',
  },
  {
    id: 'recipient',
    in: 'words',
    tells: 'recipient',
    ...everywhere('sms'),
    source: 'GDPR Art. 4(11) and 7, specific consent; ICO, "Consent": name third parties who rely on it',
    checked: false,
  },
  {
    id: 'recipient',
    in: 'words',
    tells: 'recipient',
    ...everywhere('email'),
    source: 'GDPR Art. 4(11) and 7, specific consent; ICO, "Consent": name third parties who rely on it',
    checked: false,
  },
  { id: 'channel', in: 'point', tells: 'by-sms', channel: 'sms', source: APART, checked: false },
  { id: 'channel', in: 'point', tells: 'by-email', channel: 'email', source: APART, checked: false },
]

/** Why numbers of these countries, and the consent to write to them, are handed to nobody. */
export const NO_SHARING: DisclosureRule['source'] = `${CTIA}; Twilio errors 30513, 30924; ${AWS}`
