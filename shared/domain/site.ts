import type { Appearance } from './appearance.ts'
import type { WidgetLanguage } from './language.ts'
import type { Confirmation, EvidenceLevel, SendDecision } from './marketing.ts'
import type { ConsentModeSignal, WpCategory } from './signals.ts'
import type { TakeOver } from './take-over.ts'

/** Text per BCP 47 language tag; every language of the site has one. */
export type Localized = Readonly<Record<string, string>>

/** Legal bases a purpose may rest on (GDPR Art. 6(1)); `strictly-necessary` is ePrivacy Directive Art. 5(3). */
export const LEGAL_BASES = [
  'consent',
  'strictly-necessary',
  'contract',
  'legal-obligation',
  'legitimate-interests',
] as const
export type LegalBasis = (typeof LEGAL_BASES)[number]

/** What a purpose is for; an advertising service fits only inside `marketing`. */
export const PURPOSE_KINDS = ['necessary', 'preferences', 'analytics', 'marketing', 'messages'] as const
export type PurposeKind = (typeof PURPOSE_KINDS)[number]

export interface Purpose {
  /** Kept in cookies and entries for ever: rename the `name`, never the id. */
  readonly id: string
  readonly kind: PurposeKind
  readonly name: Localized
  readonly description: Localized
  readonly basis: LegalBasis
  /** Always `denied`: a pre-ticked box is no consent (GDPR Recital 32; CJEU C-673/17). */
  readonly default?: 'denied'
  /** Sale or sharing of personal data: Global Privacy Control keeps it off until the person grants it by name. */
  readonly gpc?: boolean
  /** Id of the owner who answers for it. */
  readonly owner: string
  readonly audiences?: readonly Audience[]
}

/** Read and removed at once, by every script: what the loader itself sees to. */
export const SIMPLE_STORAGE = ['cookie', 'local', 'session'] as const
/** IndexedDB, Cache Storage and service workers, which only some services use: a part of the widget's own. */
export const LARGE_STORAGE = ['database', 'cache', 'service-worker'] as const
export const STORAGE_KINDS = [...SIMPLE_STORAGE, ...LARGE_STORAGE] as const
export type StorageKind = (typeof STORAGE_KINDS)[number]
export type LargeStorage = (typeof LARGE_STORAGE)[number]

export const isLargeStorage = (kind: StorageKind): kind is LargeStorage =>
  LARGE_STORAGE.some(large => large === kind)

/** One thing a service keeps in the browser; `*` at the end of the name stands for the rest. */
export interface ServiceCookie {
  /** Of a service worker the path of its script. */
  readonly name: string
  readonly storage: StorageKind
  /** Host the cookie belongs to, as the browser shows it; `loom.example` means the parent domain and all below. */
  readonly domain: string
  readonly path: string
  /** ISO 8601 duration, or `session`. */
  readonly duration: string
  readonly description: Localized
}

export const APPROVAL_STATES = ['proposed', 'assessed', 'approved'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** What a service does with what it learns. */
export const SERVICE_USES = [
  'operation',
  'preferences',
  'statistics',
  'advertising',
  'embedded-content',
] as const
export type ServiceUse = (typeof SERVICE_USES)[number]

/** A function that a service leaves on `window`, by its path there, and what it is called with. */
export type GlobalCall = readonly [path: string, ...values: readonly (string | number | boolean)[]]

export interface Service {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly purpose: string
  readonly use: ServiceUse
  /** ISO 3166-1 alpha-2 country of the provider. */
  readonly country: string
  /** Hosts it loads from or sends to. */
  readonly hosts: readonly string[]
  readonly cookies: readonly ServiceCookie[]
  /** Only an approved service ever loads, whatever the visitor granted. */
  readonly approval: { readonly state: ApprovalState; readonly by?: string; readonly on?: string }
  /** Calls that stop all of it while it runs: with them a withdrawal need not load the page again. */
  readonly stop?: readonly GlobalCall[]
  /** Calls that start it again on the same page; without them it runs again from the next page on. */
  readonly resume?: readonly GlobalCall[]
  /** Reference of the data-processing agreement. */
  readonly agreement?: string
  readonly policy?: string
}

export const CHANNELS = ['email', 'sms'] as const
export type Channel = (typeof CHANNELS)[number]
export const isChannel = (text: string | undefined): text is Channel =>
  CHANNELS.some(channel => channel === text)

/** A marketing program: one purpose, and for each of its channels the exact words beside that channel's own box. */
export interface Program {
  readonly id: string
  readonly name: Localized
  readonly purpose: string
  /** A closed program takes no opt-ins; who is in it stays in it. */
  readonly open: boolean
  /** ISO 3166-1 alpha-2. Numbers of other countries are not taken; the first is what a national number belongs to. */
  readonly countries: readonly string[]
  readonly confirmation: Confirmation
  /** Only who says to be so old, or older, may opt in; absent: nobody is asked. */
  readonly minimumAge?: number
  /** Offers itself as a small banner; closed, it stays away for its quiet days. */
  readonly offer?: { readonly afterSeconds: number; readonly quietDays: number }
  readonly disclosures: readonly { readonly channel: Channel; readonly text: Localized }[]
  /**
   * `service`: messages about what somebody has already (a delivery, a change to a product), which no marketing opt-out ends;
   * `marketing` when left out.
   */
  readonly class?: MessageClass
  /** Who sends, by a name of the owner's choosing; the site's controller when left out. Consent is never another seller's. */
  readonly seller?: string
  /** An opt-in that is not confirmed for so many days is forgotten; 7 when left out. */
  readonly unconfirmedDays?: number
  /** So many confirmations and welcomes by one channel go out on one day (UTC); 1,000 when left out. The rest waits. */
  readonly dailyCap?: number
  /** Which evidence of a consent given elsewhere may be sent to. */
  readonly evidence?: Readonly<Record<EvidenceLevel, SendDecision>>
  /** `elsewhere`: whatever sends keeps quiet hours itself, and answers leave them out; `by-law` when left out. */
  readonly quietHours?: (typeof QUIET_HOURS_KEPT)[number]
  /** Of a program that shares what it collects: with whom, by name. */
  readonly sharesWith?: string
  /** How often messages come, as the form says it beside the box. */
  readonly frequency?: Localized
  /** Terms of the program, beside the link to the privacy notice. */
  readonly terms?: string
  /** What the program answers by text message: after an opt-in, to HELP, and once after STOP. */
  readonly replies?: { readonly welcome?: Localized; readonly help?: Localized; readonly stopped?: Localized }
}

/** Nobody signs up for messages about what they have already. */
export const takesOptIns = ({ open, class: kind }: Pick<Program, 'open' | 'class'>): boolean =>
  open && kind !== 'service'
/** Who keeps the quiet hours of the law for text messages: every answer (`by-law`), or whatever sends. */
export const QUIET_HOURS_KEPT = ['by-law', 'elsewhere'] as const

export const MESSAGE_CLASSES = ['marketing', 'service'] as const
export type MessageClass = (typeof MESSAGE_CLASSES)[number]

const DAY = 86_400_000
/** Days after which a request that nobody confirmed is over, where the program says nothing. */
export const UNCONFIRMED_DAYS = 7
/** How long a request waits for its confirmation, in milliseconds. */
export const unconfirmedFor = (program: Pick<Program, 'unconfirmedDays'> | undefined): number =>
  (program?.unconfirmedDays ?? UNCONFIRMED_DAYS) * DAY

export const DAILY_CAP = 1_000

/** What is sent to where no evidence policy is written: all of it proven, or not at all. */
export const DEFAULT_EVIDENCE: Readonly<Record<EvidenceLevel, SendDecision>> = {
  full: 'send',
  partial: 'hold',
  asserted: 'block',
}

export const COLLECTION_KINDS = ['web-form', 'app', 'paper', 'phone', 'in-person', 'keyword'] as const

/** A place of the owner's own where people opt in, with the words they are shown or read there. */
export interface CollectionPoint {
  readonly id: string
  readonly name: string
  readonly kind: (typeof COLLECTION_KINDS)[number]
  /** Ids of the programs it opts in to. */
  readonly programs: readonly string[]
  readonly url?: string
  /** Exactly the words beside the box, on the sheet, or as they are read out. */
  readonly text: Localized
}

/** A number or address of the owner's that messages come from, and that answers come to. */
export interface MessageSender {
  readonly id: string
  readonly channel: Channel
  /** E.164, a short code, or an e-mail address. */
  readonly address: string
  readonly programs: readonly string[]
  /** Nothing came in for longer than this: answers may be getting lost, so nothing is sent. */
  readonly silentAfterHours?: number
}

/** What a "stop" to one sender ends: that sender's programs, only the one written about, or all of the channel. */
export const REVOCATION_SCOPES = ['program', 'sender', 'all'] as const
export type RevocationScope = (typeof REVOCATION_SCOPES)[number]

export const REGIMES = ['opt-in', 'opt-out', 'notice-only'] as const
export type Regime = (typeof REGIMES)[number]

/** What holds in some regions. */
export interface RegimeRule {
  /** ISO 3166-1 countries (`US`) or ISO 3166-2 subdivisions (`US-CA`); the most specific rule wins. */
  readonly regions: readonly string[]
  readonly regime: Regime
  /** Purposes that are off there all the same, until the person switches them on. */
  readonly keepsOff?: readonly string[]
}

/** Who a notice section or a purpose speaks to. */
export const AUDIENCES = [
  'visitors',
  'customers',
  'prospects',
  'partners',
  'employees',
  'marketing-recipients',
  'end-users',
  'event-attendees',
] as const
export type Audience = (typeof AUDIENCES)[number]

/** Parts of the privacy notice that are made from the rest of the configuration; sections of the owner stand beside them. */
export const NOTICE_PARTS = ['contact', 'messages', 'cookies', 'withdrawal'] as const
export type NoticePart = (typeof NOTICE_PARTS)[number]

/**
 * The one inventory of a site: banner, gating, cookie table and notice read it, and later the record of processing and retention do.
 * Versions are immutable and known by the SHA-256 of their canonical JSON.
 */
export interface SiteConfiguration {
  readonly $schema?: string
  /** Site key: in addresses, in the cookie's name and in every entry. */
  readonly site: string
  readonly name: Localized
  /** Name of the site's log in checkpoints (C2SP tlog-checkpoint origin); survives a change of host. */
  readonly logOrigin: string
  readonly controller: {
    readonly name: string
    readonly address: string
    readonly country: string
    readonly email: string
    readonly phone?: string
    readonly website: string
    readonly registrations: readonly { readonly kind: string; readonly value: string }[]
    readonly dataProtectionOfficers: readonly {
      readonly name: string
      readonly email: string
      readonly country: string
      readonly address?: string
    }[]
  }
  readonly owners: readonly { readonly id: string; readonly name: string; readonly email: string }[]
  /** Web origins (scheme, host, port) whose pages may append decisions. */
  readonly origins: readonly string[]
  /** BCP 47; the first is shown to whoever reads none of them. */
  readonly languages: readonly WidgetLanguage[]
  readonly regimes: {
    readonly default: Regime
    readonly rules: readonly RegimeRule[]
  }
  readonly purposes: readonly Purpose[]
  readonly services: readonly Service[]
  readonly programs: readonly Program[]
  readonly collectionPoints?: readonly CollectionPoint[]
  readonly senders?: readonly MessageSender[]
  /** From which calendar date on what a "stop" ends; `all` when left out. */
  readonly revocation?: readonly { readonly from: string; readonly scope: RevocationScope }[]
  readonly signals: {
    /** Consent Mode signal → purpose that grants it; a signal without one stays denied. */
    readonly googleConsentMode: Partial<Readonly<Record<ConsentModeSignal, string>>>
    /** Settings of the Google tag beside Consent Mode. */
    readonly googleTag?: { readonly urlPassthrough?: true; readonly adsDataRedaction?: true }
    /** A `dataLayer` event at each change. */
    readonly dataLayer?: true
    /** A DOM event `assent:change` at each change. */
    readonly changeEvent?: true
    /** Purpose that grants the signal, by the receiver's own name for it. */
    readonly microsoftUet?: { readonly ad_storage: string }
    readonly microsoftClarity?: { readonly ad_Storage: string; readonly analytics_Storage: string }
    /** `limitedDataUse`: refused means Limited Data Use too, for visitors from the United States. */
    readonly meta?: { readonly purpose: string; readonly limitedDataUse?: true }
    readonly tiktok?: { readonly purpose: string }
    /** Category of the plugin → purpose that allows it; a category without one is never spoken of. */
    readonly wpConsentApi?: Partial<Readonly<Record<WpCategory, string>>>
  }
  /** Pages open the debug view where their address ends in `?assent-debug`, even if no other part is on them. */
  readonly debug?: true
  readonly gating?: {
    /** Style sheets, `srcset`, posters, objects, classes and placeholders of widgets wait, too. */
    readonly more?: true
    /** Category or service names in other tools' attributes → id of a purpose or a service. */
    readonly aliases?: Readonly<Record<string, string>>
    /** A DOM event `assent:stop` for each purpose that is taken back. */
    readonly stopEvent?: true
    /** Pages carry a guard that holds what asks a host of a service, marked or not. */
    readonly automatic?: true
  }
  readonly banner: {
    /** The only honest place for refusal (EDPB Cookie Banner Taskforce, practice A). */
    readonly reject: 'first-layer'
    /** Accept and Reject are drawn alike (practices D and E). */
    readonly buttons: 'equal'
    readonly title?: Localized
    readonly text?: Localized
  }
  readonly choice: {
    /** A choice, yes or no, is remembered this many days; at most 395 (13 months, CNIL). */
    readonly expiresAfterDays: number
    /** Path on the site's own host where its server remembers choices. */
    readonly endpoint?: string
    /** Remembered for this domain and all below it, not for one host only. */
    readonly domain?: string
    /** Goes along when somebody follows a link from one of the site's origins to another. */
    readonly handOver?: true
    /** Choices that another tool keeps in visitors' browsers are taken over, so that nobody is asked twice. */
    readonly takeOver?: TakeOver
  }
  readonly appearance: Appearance
  readonly retention: readonly {
    readonly data: string
    readonly purpose: string
    readonly period: string
    readonly startsFrom: string
    readonly method: string
    readonly reviewEvery: string
  }[]
  readonly notice: {
    /** Calendar date (RFC 3339 full-date). */
    readonly lastRevised: string
    readonly sections: readonly {
      readonly id: string
      readonly audiences: readonly Audience[]
      readonly title: Localized
      /** CommonMark without raw HTML and images; links lead to https, http, mailto, tel, `#section` or `/path`. */
      readonly body: Localized
    }[]
  }
}
