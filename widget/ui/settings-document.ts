import type { StorageKind } from '../../shared/domain/site.ts'
import type { Words } from './words.ts'

/** What the settings show of one site in one language; written into `settings.<lang>` when it is published. */
export interface SettingsDocument {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** Those it can be read in, by their own names; none where there is only one. */
  readonly languages: readonly { readonly tag: string; readonly name: string }[]
  readonly css: string
  readonly words: SettingsWords
  readonly controller: {
    readonly name: string
    readonly address: string
    readonly email: string
    readonly website: string
    readonly officers: readonly { readonly name: string; readonly email: string }[]
  }
  readonly purposes: readonly ShownPurpose[]
  /** What a choice is remembered by that another tool kept without its time, epoch milliseconds. */
  readonly undatedFrom?: number
}

export interface ShownPurpose {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly gpc: boolean
  readonly services: readonly ShownService[]
}

export interface ShownService {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly country: string
  readonly hosts: readonly string[]
  readonly approved: boolean
  readonly policy?: string
  readonly cookies: readonly ShownCookie[]
}

export interface ShownCookie {
  readonly name: string
  readonly storage: StorageKind
  readonly domain: string
  readonly path: string
  /** ISO 8601 duration, or `session`. */
  readonly duration: string
  readonly description: string
}

/** Texts of the other views are left out. */
export type SettingsWords = Omit<Words, FirstLayerOnly>
export const FIRST_LAYER_ONLY = ['title', 'text', 'asks', 'change', 'choose'] as const
/** Texts of the placeholder, the notice, the opt-in, the opt-out, the pages and of links, by how their names begin. */
export const OF_OTHER_VIEWS = /^(embed|notice|basis|opt[IO]|page|external)/
export type FirstLayerOnly =
  | (typeof FIRST_LAYER_ONLY)[number]
  | Extract<
      keyof Words,
      `${'embed' | 'notice' | 'basis' | 'optIn' | 'optOut' | 'page' | 'external'}${string}`
    >
