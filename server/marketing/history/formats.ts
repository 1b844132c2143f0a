import type { OptOutCause } from '../../../shared/domain/marketing.ts'
import type { Channel } from '../../../shared/domain/site.ts'

/** What a column may hold. Anything else a file has is not read, and not kept. */
export const FIELDS = [
  'address',
  'status',
  'time',
  'words',
  'page',
  'source',
  'ip',
  'language',
  'confirmed',
  'confirmed-ip',
  'no-time',
  'reason',
  'sender',
] as const
export type Field = (typeof FIELDS)[number]
export const isField = (text: string): text is Field => FIELDS.some(field => field === text)

export const FORMAT_IDS = ['csv', 'twilio', 'twilio-log', 'klaviyo', 'mailchimp', 'listmonk'] as const
export type FormatId = (typeof FORMAT_IDS)[number]

type Columns = Partial<Readonly<Record<Field, readonly string[]>>>

/** One way in which lists are exported. Names of columns are compared without regard to case and spaces at their ends. */
export interface Format {
  readonly id: FormatId
  /** Where the names are written down. */
  readonly source: string
  /** Not held against a file of the provider itself: read in documentation and in other programs that read such files. */
  readonly checked: boolean
  /** A file is of this format when all columns of one of these are there. */
  readonly known: readonly (readonly string[])[]
  /** The columns of each channel it knows; the first that is there counts. */
  readonly columns: Partial<Readonly<Record<Channel, Columns>>>
  /** These columns stand in files of people who are gone, and nowhere else: their rows say no, for that cause. */
  readonly gone?: readonly { readonly column: string; readonly cause?: OptOutCause }[]
  /** The time of a row is when its status came about, a no included; elsewhere it may be a yes from before. */
  readonly timeOfStatus?: true
  /** Only rows with this value say anything, and that is no. */
  readonly only?: { readonly column: string; readonly value: string }
}

export const FORMATS: readonly Format[] = [
  {
    id: 'mailchimp',
    source: 'Mailchimp, audience export: subscribed, unsubscribed and cleaned members',
    checked: false,
    known: [
      ['optin_time', 'confirm_time'],
      ['leid', 'euid'],
    ],
    columns: {
      email: {
        address: ['email address', 'email', 'e-mail-adresse', 'adresse e-mail'],
        status: ['status'],
        time: ['optin_time'],
        ip: ['optin_ip'],
        confirmed: ['confirm_time'],
        'confirmed-ip': ['confirm_ip'],
        'no-time': ['unsub_time', 'clean_time'],
        reason: ['unsub_reason'],
      },
    },
    gone: [{ column: 'clean_time', cause: 'hard-bounce' }, { column: 'unsub_time' }],
  },
  {
    id: 'klaviyo',
    source:
      'help.klaviyo.com, "How to export a list or segment to a CSV file"; suppression reasons of its API',
    checked: false,
    known: [
      ['klaviyo id'],
      ['email marketing consent'],
      ['sms marketing consent'],
      ['sms consent'],
      ['email suppressions'],
    ],
    columns: {
      email: {
        address: ['email'],
        status: ['email marketing consent'],
        time: ['email marketing consent timestamp', '$consent_timestamp'],
        page: ['$consent_page', 'consent page'],
        source: ['$consent_form_id', '$consent_method', 'consent method'],
        reason: ['email suppressions', 'suppression reason', 'reason'],
        'no-time': ['suppression timestamp'],
      },
      sms: {
        address: ['phone number'],
        status: ['sms marketing consent', 'sms consent'],
        time: ['sms marketing consent timestamp', 'sms consent timestamp'],
        page: ['$consent_page', 'consent page'],
        source: ['$consent_form_id', '$consent_method', 'consent method'],
        reason: ['sms suppressions', 'suppression reason', 'reason'],
        'no-time': ['suppression timestamp'],
      },
    },
  },
  {
    id: 'listmonk',
    // Its created_at is when the row was made, by whomever: nothing it exports says when anybody agreed.
    source: 'github.com/knadh/listmonk, cmd/subscribers.go, export of subscribers',
    checked: true,
    known: [['uuid', 'email', 'attributes', 'status', 'created_at']],
    columns: { email: { address: ['email'], status: ['status'] } },
  },
  {
    id: 'twilio',
    source: 'twilio.com/docs/messaging/features/bulk-upsert-consents-api',
    checked: true,
    known: [['contact_id', 'status']],
    timeOfStatus: true,
    columns: {
      sms: {
        address: ['contact_id'],
        status: ['status'],
        time: ['date_of_consent'],
        source: ['source'],
        sender: ['sender_id'],
      },
    },
  },
  {
    id: 'twilio-log',
    // Error 21610: the message was not sent, for its recipient had opted out.
    source: 'twilio.com/docs/api/errors/21610; export of the message log',
    checked: false,
    known: [
      ['to', 'from', 'errorcode'],
      ['to', 'from', 'error_code'],
    ],
    columns: {
      sms: {
        address: ['to'],
        'no-time': ['sentdate', 'date_sent', 'datesent'],
        sender: ['from'],
      },
    },
    only: { column: 'errorcode', value: '21610' },
  },
  {
    id: 'csv',
    source: 'README',
    checked: true,
    known: [],
    timeOfStatus: true,
    columns: Object.fromEntries(
      (['email', 'sms'] as const).map(channel => [
        channel,
        Object.fromEntries(
          FIELDS.filter(field => field !== 'address').map(field => [field, [field, field.replace('-', '_')]]),
        ),
      ]),
    ),
  },
]

/** What the word of a status column says; compared in lower case, with `_` and `-` as spaces. */
export const STATUS_WORDS: Readonly<Record<string, 'yes' | 'no' | 'neither'>> = {
  ...words('yes', [
    'subscribed',
    'subscribe',
    'opt in',
    'optin',
    'opted in',
    're opt in',
    'reopt in',
    'confirmed',
    'granted',
    'given',
    'yes',
    'true',
    'enabled',
  ]),
  ...words('no', [
    'unsubscribed',
    'unsubscribe',
    'opt out',
    'optout',
    'opted out',
    'withdrawn',
    'revoked',
    'stop',
    'stopped',
    'suppressed',
    'cleaned',
    'bounced',
    'complained',
    'blocklisted',
    'blacklisted',
    'disabled',
  ]),
  // Neither asked nor answered, or asked and not confirmed. "No" in a box for consent is often nothing but its default.
  ...words('neither', [
    'never subscribed',
    'not subscribed',
    'nonsubscribed',
    'non subscribed',
    'no',
    'false',
    'unconfirmed',
    'pending',
    'transactional',
    'archived',
  ]),
}

function words<T extends string>(says: T, list: readonly string[]): Record<string, T> {
  return Object.fromEntries(list.map(word => [word, says]))
}

/** Statuses that say why, as a reason would. */
export const STATUS_CAUSES: Readonly<Record<string, OptOutCause>> = {
  suppressed: 'suppressed',
  blocklisted: 'suppressed',
  blacklisted: 'suppressed',
  disabled: 'suppressed',
  cleaned: 'hard-bounce',
  bounced: 'hard-bounce',
  complained: 'complaint',
}

/** Reasons that nobody said: why, by the words providers write. Of several in one cell the first here counts. */
export const REASON_CAUSES: readonly { readonly pattern: RegExp; readonly cause?: OptOutCause }[] = [
  { pattern: /spam[_\s-]?(complaint|report)|complain|abuse/i, cause: 'complaint' },
  { pattern: /hard[_\s-]?bounce|invalid[_\s-]?email|bounced?\b/i, cause: 'hard-bounce' },
  {
    pattern: /user[_\s-]?suppressed|manual[_\s-]?suppress|suppressed|blocklist|blacklist/i,
    cause: 'suppressed',
  },
  { pattern: /reassigned|number[_\s-]?changed/i, cause: 'number-reassigned' },
]
