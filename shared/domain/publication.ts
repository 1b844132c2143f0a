import type { Under } from './regime.ts'
import type { RegimeRule } from './site.ts'

/** Kinds of content-addressed bytes the ledger keeps for ever, because people were shown them or decided by them. */
export const TEXT_KINDS = [
  'configuration',
  'loader',
  'parts',
  'first',
  'first-quiet',
  'settings',
  'embed',
  'ui',
  'notice',
  'notice-page',
  'notice-versions',
  'opt-in',
  'opt-in-page',
  'opt-out',
  'opt-out-page',
  'confirm-page',
  'refusal-page',
  'preferences',
  'collection',
  'asks-again',
] as const
export type TextKind = (typeof TEXT_KINDS)[number]

/** A view the widget can open; each is one module per language. */
export const VIEWS = ['first', 'settings', 'embed', 'notice', 'opt-out'] as const
export type View = (typeof VIEWS)[number]
/** What a page can have opened: `opt-in:` and a program, too. In names of files the colon is a dot. */
export type OpenedView = View | `opt-in:${string}`

/**
 * What publishing a configuration fixes: which bytes are served under which name from now on.
 * Names: a kind (`loader`), with its language (`first.en`, `notice-page.en`), or with what it is about between the two
 * (`opt-in.weekly.en`).
 */
export type PublicationFiles = Readonly<Record<string, string>>

/** What the loader needs of a configuration, inlined into `assent.js`. Tuples: every visitor pays for each byte. */
export interface WidgetConfiguration {
  readonly site: string
  /** First 8 hex of the SHA-256 of the configuration: what the cookie remembers and views are asked for by. */
  readonly configuration: string
  /** Label of the control that reopens the settings, by language; the first one counts where none fits. */
  readonly labels: Readonly<Record<string, string>>
  /** A choice is remembered so long, in milliseconds. */
  readonly expiresAfter: number
  /** Where the cookie holds; on this host alone when left out. */
  readonly place?: string
  readonly purposes: readonly WidgetPurpose[]
  /** Ids of the approved services, and `''` of an element that names none: one that names any other stays blocked even with consent. */
  readonly approved: readonly string[]
  /** Hosts of services that are not approved: what names one stays blocked too. */
  readonly unapproved: readonly string[]
  /** CSS declarations of the control. */
  readonly style: string
  /** By region, where the site has rules for some. */
  readonly under?: Under
  /** Purpose → when it last became another, epoch milliseconds; where any has. */
  readonly since?: Readonly<Record<string, number>>
  /** What is in force of what the cookie holds; all of it, and nothing else, when left out. */
  readonly settle?: (
    held: Record<string, boolean> | undefined,
    decidedAt: number,
  ) => Record<string, boolean> | undefined
}

/** What rules by region, and what changed since, make of a choice: inlined where a site has either. */
export interface SettlingRules {
  readonly rules: readonly Pick<RegimeRule, 'regime' | 'keepsOff'>[]
  /** Region → index of its rule; a country and a dash are every part of it that has none of its own. */
  readonly regions: Readonly<Record<string, number>>
  /** Index of the rule for the region that the server saw; -1 where it saw none. */
  readonly served: number
  /** The control's label where opting out is the rule. */
  readonly labels?: Readonly<Record<string, string>>
  /** Purpose → when it last became another, epoch milliseconds: an older yes is none to what it is now. */
  readonly since?: Readonly<Record<string, number>>
}

/** [id, 1 when required, 1 when covered by GPC, Consent Mode flags it grants] */
export type AskedPurpose = readonly [id: string, required: 0 | 1, gpc: 0 | 1, flags: number]

/** The same, and what its services keep: [storage, name, path] */
export type WidgetPurpose = readonly [
  ...asked: AskedPurpose,
  keeps: readonly (readonly [storage: 'c' | 'localStorage' | 'sessionStorage', name: string, path: string])[],
]

/** What the first layer needs of a configuration, inlined into it. */
export interface FirstConfiguration extends Pick<
  WidgetConfiguration,
  'site' | 'configuration' | 'expiresAfter' | 'place'
> {
  readonly purposes: readonly AskedPurpose[]
}
