import * as z from 'zod'
import { WIDGET_LANGUAGES } from '../domain/language.ts'
import { CONFIRMATIONS, SEND_DECISIONS } from '../domain/marketing.ts'
import { isMisleading } from '../domain/misleading.ts'
import { CONSENT_MODE_SIGNALS, WP_CATEGORIES } from '../domain/signals.ts'
import {
  APPROVAL_STATES,
  AUDIENCES,
  CHANNELS,
  COLLECTION_KINDS,
  LEGAL_BASES,
  MESSAGE_CLASSES,
  PURPOSE_KINDS,
  QUIET_HOURS_KEPT,
  REGIMES,
  REVOCATION_SCOPES,
  SERVICE_USES,
  STORAGE_KINDS,
  type SiteConfiguration,
} from '../domain/site.ts'
import { appearance } from './appearance.ts'
import { keptName } from './kept-names.ts'
import { CONSENT_TOOLS } from '../domain/take-over.ts'
import type { Fault } from './loose-site.ts'
import { plainWords } from './plain-words.ts'
import { honestyFaults } from './site-honesty.ts'
import { referenceFaults } from './site-references.ts'
import { unwrittenFaults } from './to-be-written.ts'

/** Letters or digits one can see: the Hangul fillers count as letters and show nothing. */
const VISIBLE = /(?![\u115f\u1160\u3164\uffa0])[\p{L}\p{N}]/u

const text = z
  .string()
  .trim()
  .refine(words => VISIBLE.test(words), 'shows nothing: write it, or remove the field')
  .refine(words => !isMisleading(words), 'has characters that change the reading order: remove them')
const link = z.url({
  protocol: /^https?$/,
  error: 'must be a web address that begins with https:// or http://',
})
const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-", starting with a letter')
  .refine(name => !(name in {}), 'is a name every JavaScript object has: choose another')
const localized = z
  .record(z.string(), text)
  .describe('Text per language tag; every language of the site needs one.')
const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two capitals, such as "DE"')
const date = z.iso.date('must be a calendar date such as "2026-11-22"')
const duration = z
  .string()
  .regex(/^(session|P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)$/, {
    error: 'must be an ISO 8601 duration such as "P13M" or "PT30M", or "session"',
  })
const email = z.email('must be an e-mail address')
const host = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/,
    'must be a host such as "stats.example", without scheme or path',
  )

const purpose = z.strictObject({
  id,
  kind: z.enum(PURPOSE_KINDS),
  name: localized,
  description: localized,
  basis: z.enum(LEGAL_BASES),
  default: z
    .literal('denied', {
      error:
        'must be "denied": a box that is ticked beforehand is no consent (GDPR Recital 32; CJEU C-673/17). Remove the field',
    })
    .exactOptional(),
  gpc: z.boolean().exactOptional().describe('Global Privacy Control keeps this purpose off.'),
  owner: id,
  audiences: z.array(z.enum(AUDIENCES)).exactOptional(),
})

const globalCalls = z
  .array(
    z.tuple(
      [
        z
          .string()
          .regex(
            /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/,
            'must be a function as the page calls it, such as "fbq" or "posthog.opt_out_capturing"',
          ),
      ],
      z.union([z.string(), z.number(), z.boolean()]),
    ),
  )
  .min(1, 'needs at least one call, such as ["clarity", "stop"]')

const service = z.strictObject({
  id,
  name: text,
  provider: text,
  purpose: id,
  use: z.enum(SERVICE_USES),
  country,
  hosts: z.array(host),
  cookies: z.array(
    z.strictObject({
      name: keptName.describe(
        'Of a service worker the path of its script; "*" at the end stands for the rest.',
      ),
      storage: z
        .enum(STORAGE_KINDS)
        .describe('"database" is IndexedDB, "cache" is Cache Storage: both are removed on withdrawal, too.'),
      domain: host,
      path: z.string().regex(/^\/[^;,\s]*$/, 'must start with "/", without ";", "," or blanks'),
      duration,
      description: localized,
    }),
  ),
  approval: z.strictObject({
    state: z.enum(APPROVAL_STATES),
    by: text.exactOptional(),
    on: date.exactOptional(),
  }),
  stop: globalCalls
    .exactOptional()
    .describe(
      'Calls that stop all of it while it runs, such as [["clarity", "stop"]]: a withdrawal then need not load the page again.',
    ),
  resume: globalCalls.exactOptional().describe('Calls that start it again on the same page.'),
  agreement: text.exactOptional(),
  policy: link.exactOptional(),
})

/** Regions that no telephone number belongs to, though they have codes and names. */
const NOWHERE = ['EU', 'EZ', 'UN', 'ZZ']
const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const servedCountry = country.refine(
  code => !/^[A-Z]{2}$/.test(code) || (regionNames.of(code) !== undefined && !NOWHERE.includes(code)),
  'is no country: write its ISO 3166-1 code, such as "GB"',
)

const program = z.strictObject({
  id,
  name: localized,
  purpose: id,
  open: z.boolean().describe('A closed program takes no opt-ins; who is in it stays in it.'),
  countries: z
    .array(servedCountry)
    .min(1, 'needs at least one country: numbers of others are not taken, so nobody pays for messages abroad')
    .describe('Numbers of these are taken; a number without a country code belongs to the first.'),
  confirmation: z
    .enum(CONFIRMATIONS, {
      error:
        'must be "single" or "double": with "double" an opt-in holds until its address confirms it; say which',
    })
    .describe('"double": an opt-in holds until its address confirms it.'),
  minimumAge: z
    .int('must be a whole number of years')
    .min(13, 'must be at least 13: younger people are never asked')
    .max(21, 'must be at most 21')
    .exactOptional()
    .describe('The form asks "I am … or older", unticked, and takes nothing without it.'),
  offer: z
    .strictObject({
      afterSeconds: z
        .int('must be whole seconds')
        .min(1, 'must be at least 1 second: an offer that meets people at the door asks before they looked')
        .max(600, 'must be at most 600 seconds'),
      quietDays: z
        .int('must be whole days')
        .min(1, 'must be at least 1 day: an offer that was closed stays closed')
        .max(365, 'must be at most 365 days'),
    })
    .exactOptional()
    .describe('Offers itself as a small banner, after any cookie question.'),
  disclosures: z.array(
    z.strictObject({
      channel: z.enum(CHANNELS, {
        error: `must be one of ${CHANNELS.join(', ')}: every channel has its own box and its own words, so list each apart`,
      }),
      text: localized,
    }),
  ),
  class: z
    .enum(MESSAGE_CLASSES)
    .exactOptional()
    .describe('"service": messages about what somebody has already, which no marketing opt-out ends.'),
  seller: text.exactOptional().describe('Who sends; the controller when left out.'),
  unconfirmedDays: z
    .int('must be whole days')
    .min(1, 'must be at least 1 day')
    .max(30, 'must be at most 30 days: who did not confirm is forgotten')
    .exactOptional()
    .describe(
      'A request for a double opt-in that is not confirmed for so many days is forgotten; 7 when left out.',
    ),
  dailyCap: z
    .int('must be a whole number of messages')
    .min(1, 'must be at least 1 message a day: to send none, make the program "open": false')
    .max(1_000_000, 'must be at most 1,000,000 messages a day')
    .exactOptional()
    .describe(
      'So many confirmations and welcomes by one channel go out on one day; the rest waits for the next. 1,000 when left out.',
    ),
  evidence: z
    .strictObject({
      full: z.enum(SEND_DECISIONS),
      partial: z.enum(SEND_DECISIONS),
      asserted: z.enum(SEND_DECISIONS),
    })
    .exactOptional()
    .describe('Which evidence of a consent given elsewhere may be sent to.'),
  quietHours: z
    .enum(QUIET_HOURS_KEPT)
    .exactOptional()
    .describe(
      'Answers about text messages hold during the quiet hours of the law (by-law, the default), or whatever sends keeps them itself (elsewhere).',
    ),
  sharesWith: text.exactOptional().describe('With whom the program shares what it collects, by name.'),
  frequency: localized.exactOptional().describe('How often messages come.'),
  terms: link.exactOptional(),
  replies: z
    .strictObject({
      welcome: localized.exactOptional(),
      help: localized.exactOptional(),
      stopped: localized.exactOptional(),
    })
    .exactOptional()
    .describe('What the program answers by text message: after an opt-in, to HELP, and once after STOP.'),
})

const collectionPoint = z.strictObject({
  id,
  name: text,
  kind: z.enum(COLLECTION_KINDS),
  programs: z.array(id).min(1, 'needs at least one program'),
  url: link.exactOptional(),
  text: localized.describe('Exactly the words beside the box, on the sheet, or as they are read out.'),
})

const sender = z.strictObject({
  id,
  channel: z.enum(CHANNELS),
  address: text.describe('E.164, a short code, or an e-mail address.'),
  programs: z.array(id).min(1, 'needs at least one program'),
  silentAfterHours: z.int('must be whole hours').min(1).max(8_760).exactOptional(),
})

const signals = z.strictObject({
  googleConsentMode: z
    .partialRecord(z.enum(CONSENT_MODE_SIGNALS), id)
    .describe('Consent Mode signal → purpose that grants it; a signal without one stays denied.'),
  googleTag: z
    .strictObject({
      urlPassthrough: z
        .literal(true)
        .exactOptional()
        .describe('Carries ad-click identifiers in links while they may not be stored.'),
      adsDataRedaction: z
        .literal(true)
        .exactOptional()
        .describe('Takes ad-click identifiers out of what is sent while ad_storage is denied.'),
    })
    .exactOptional()
    .describe('Settings of the Google tag, and Consent Mode once more where a page replaces its dataLayer.'),
  dataLayer: z
    .literal(true)
    .exactOptional()
    .describe('Pushes {event: "assent_change", assent: {<purpose>: boolean}} to window.dataLayer.'),
  changeEvent: z
    .literal(true)
    .exactOptional()
    .describe('Dispatches "assent:change" on document, its detail {<purpose>: boolean}.'),
  microsoftUet: z
    .strictObject({ ad_storage: id })
    .exactOptional()
    .describe('Microsoft Advertising: the purpose that grants it.'),
  microsoftClarity: z
    .strictObject({ ad_Storage: id, analytics_Storage: id })
    .exactOptional()
    .describe('Microsoft Clarity, by consentv2: the purposes that grant its two signals.'),
  meta: z
    .strictObject({
      purpose: id,
      limitedDataUse: z
        .literal(true)
        .exactOptional()
        .describe('Refused means Limited Data Use too, for visitors from the United States.'),
    })
    .exactOptional()
    .describe("Meta's pixel: the purpose that grants it."),
  tiktok: z
    .strictObject({ purpose: id })
    .exactOptional()
    .describe("TikTok's pixel: the purpose that grants it."),
  wpConsentApi: z
    .partialRecord(z.enum(WP_CATEGORIES), id)
    .exactOptional()
    .describe('WordPress plugin WP Consent API: its category → purpose that allows it.'),
})

const takeOver = z
  .strictObject({
    tool: z.enum(CONSENT_TOOLS, { error: `must be one of ${CONSENT_TOOLS.join(', ')}` }),
    name: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a cookie or storage key')
      .exactOptional()
      .describe('Name of its cookie or storage key, where you had given it another.'),
    map: z
      .record(text, id)
      .describe(
        "The tool's name of a category or service → id of the purpose it was an answer to. What is not named counts as not asked.",
      ),
    switchedOn: date.describe(
      'The day on which the tool was taken off your pages: what it keeps was said by then.',
    ),
    revision: z
      .int('must be a whole number')
      .exactOptional()
      .describe('vanilla-cookieconsent: the revision it asked last (0 when left out); others are not taken.'),
    removeOld: z
      .literal(true)
      .exactOptional()
      .describe('What the tool keeps is removed once it has been taken over; it stays when left out.'),
  })
  .describe('Choices another consent tool keeps in the browsers of your visitors are taken over as yours.')

/**
 * Shape of a site's configuration. What holds across fields is in `site-references.ts` and `site-honesty.ts`;
 * `checkSiteConfiguration` runs them all.
 */
export const siteConfiguration = z.strictObject({
  $schema: z.string().exactOptional(),
  site: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,31}$/, 'must be 2 to 32 of a-z, 0-9 and "-", starting with a letter'),
  name: localized,
  logOrigin: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[\w.-]+)+$/i, 'must look like "consent.example/shop", and never change'),
  controller: z.strictObject({
    name: text,
    address: text,
    country,
    email,
    phone: text.exactOptional(),
    website: link,
    registrations: z.array(z.strictObject({ kind: text, value: text })),
    dataProtectionOfficers: z.array(
      z.strictObject({ name: text, email, country, address: text.exactOptional() }),
    ),
  }),
  owners: z.array(z.strictObject({ id, name: text, email })).min(1, 'needs at least one owner'),
  origins: z.array(z.string()).min(1, 'needs at least one origin such as "https://www.shop.example"'),
  languages: z
    .array(
      z.enum(WIDGET_LANGUAGES, {
        error: `must be one of the widget's languages: ${WIDGET_LANGUAGES.join(', ')}`,
      }),
    )
    .min(1, 'needs at least one language'),
  regimes: z.strictObject({
    default: z.enum(REGIMES).describe('Where the region is unknown, or no rule is about it: "opt-in".'),
    rules: z.array(
      z.strictObject({
        regions: z
          .array(
            z
              .string()
              .regex(
                /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/,
                'must be a country such as "US", or its part such as "US-CA"',
              ),
          )
          .min(1, 'needs at least one country or part of one')
          .describe(
            'ISO 3166-1 countries ("US") or ISO 3166-2 parts ("US-CA"). The most specific rule wins.',
          ),
        regime: z
          .enum(REGIMES)
          .describe(
            '"opt-in" asks first; in the other two, optional purposes are on until somebody turns them off.',
          ),
        keepsOff: z
          .array(id)
          .exactOptional()
          .describe('Purposes that are off there all the same, until somebody switches them on.'),
      }),
    ),
  }),
  purposes: z.array(purpose).min(1, 'needs at least one purpose'),
  services: z.array(service),
  programs: z.array(program),
  collectionPoints: z.array(collectionPoint).exactOptional(),
  senders: z.array(sender).exactOptional(),
  revocation: z
    .array(z.strictObject({ from: date, scope: z.enum(REVOCATION_SCOPES) }))
    .exactOptional()
    .describe('From which date on what a "stop" ends; everything of the channel when left out.'),
  signals,
  debug: z
    .literal(true)
    .exactOptional()
    .describe('Pages open the debug view where their address has "?assent-debug".'),
  gating: z
    .strictObject({
      more: z
        .literal(true)
        .exactOptional()
        .describe(
          'Marked style sheets, srcset, posters, objects, classes and widgets in a template wait, too: see the README.',
        ),
      aliases: z
        .record(text, id)
        .exactOptional()
        .describe(
          "Names in other tools' attributes (data-category, data-name, data-cookieconsent, data-purpose), each with the id of your purpose or service.",
        ),
      stopEvent: z
        .literal(true)
        .exactOptional()
        .describe(
          'Dispatches "assent:stop" on document, its detail {purpose}, for each purpose taken back; whoever stops all of it calls preventDefault, and nothing is loaded again.',
        ),
      automatic: z
        .literal(true)
        .exactOptional()
        .describe(
          'Whatever asks a host of your services waits, marked or not, on pages that carry what "assent site guard" prints.',
        ),
    })
    .exactOptional()
    .describe(
      'What waits for consent beyond data-consent on scripts, templates, frames and images, and who hears when it is taken back.',
    ),
  banner: z.strictObject({
    reject: z.literal('first-layer', {
      error:
        'must be "first-layer": refusing is one click, beside accepting (EDPB Cookie Banner Taskforce 2023, practice A)',
    }),
    buttons: z.literal('equal', {
      error:
        'must be "equal": accept and reject are drawn alike (EDPB Cookie Banner Taskforce 2023, practices D and E)',
    }),
    title: localized.exactOptional(),
    text: localized.exactOptional(),
  }),
  choice: z.strictObject({
    expiresAfterDays: z
      .int()
      .min(1, 'must be at least 1 day')
      .max(395, 'must be at most 395 days (13 months), for a yes and a no alike'),
    endpoint: z
      .string()
      .regex(/^\/[\w./-]+$/, 'must be a path on your own site such as "/assent/choice", without a host')
      .exactOptional()
      .describe(
        'Where your own server remembers choices (assent/first-party), for Safari keeps no script cookie over 7 days.',
      ),
    domain: host
      .exactOptional()
      .describe(
        'One choice for this domain and every host below it, such as "shop.example"; one per host when left out.',
      ),
    handOver: z
      .literal(true)
      .exactOptional()
      .describe(
        'Takes the choice along when a visitor goes from one of the origins to another, by a link or a form.',
      ),
    takeOver: takeOver.exactOptional(),
  }),
  appearance,
  retention: z.array(
    z.strictObject({
      data: text,
      purpose: id,
      period: duration,
      startsFrom: text,
      method: text,
      reviewEvery: duration,
    }),
  ),
  notice: z.strictObject({
    lastRevised: date,
    sections: z.array(
      z.strictObject({
        id,
        audiences: z.array(z.enum(AUDIENCES)).min(1, 'needs at least one audience'),
        title: localized,
        body: localized.describe(
          'CommonMark per language tag, without raw HTML and images; links lead to https, http, mailto, tel, "#section" or "/path".',
        ),
      }),
    ),
  }),
}) satisfies z.ZodType<SiteConfiguration>

/** JSON Schema (2020-12) for editors. */
export const siteConfigurationJsonSchema = () => ({
  title: 'Assent site configuration',
  ...z.toJSONSchema(siteConfiguration),
})

export type SiteCheck =
  | { readonly ok: true; readonly configuration: SiteConfiguration }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** Every fault of a configuration at once: its shape and what must hold across fields, each with its path. */
export function checkSiteConfiguration(input: unknown): SiteCheck {
  const parsed = siteConfiguration.safeParse(input, { error: elseInPlainWords })
  const shape = parsed.success ? [] : parsed.error.issues.flatMap(issue => shapeFaults(issue, input))
  const broken = new Set(shape.map(f => f.path))
  const across = [...referenceFaults(input), ...honestyFaults(input), ...unwrittenFaults(input)]
  const faults = [...shape, ...across.filter(f => !broken.has(f.path))]
  if (faults.length > 0 || !parsed.success) return { ok: false, faults }
  return { ok: true, configuration: parsed.data }
}

/** Of a missing or wrong value the fault says below what was found, too. */
const elseInPlainWords: typeof plainWords = issue =>
  issue.code === 'invalid_type' || issue.code === 'invalid_value' ? undefined : plainWords(issue)

function shapeFaults(issue: z.core.$ZodIssue, input: unknown): Fault[] {
  const path = pathText(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({
      path: path ? `${path}.${key}` : key,
      message: 'is not a field here: check the spelling, or remove it',
    }))
  if (issue.message.startsWith('must')) return [{ path, message: issue.message }]
  const written = issue.path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part],
    input,
  )
  if (issue.code === 'invalid_value') {
    const found = written === undefined ? 'is missing' : 'is none of what may stand here'
    return [{ path, message: `${found}: write one of ${issue.values.map(String).join(', ')}` }]
  }
  if (issue.code !== 'invalid_type') return [{ path, message: issue.message }]
  const found = written === undefined ? 'is missing' : `is ${kindOf(written)}`
  return [
    {
      path,
      message: `${found}: write ${issue.expected === 'record' ? 'an object' : `a value of type ${issue.expected}`}`,
    },
  ]
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `of type ${typeof value}`

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  )
