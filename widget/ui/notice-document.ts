import type { Channel, LegalBasis, SiteConfiguration } from '../../shared/domain/site.ts'
import type { ProseNode } from './prose.tsx'
import type { ShownService } from './settings-document.ts'
import type { Words } from './words.ts'

/** All a site's own notice says in one language; what tells its versions apart. */
export interface NoticeFacts {
  /** Regions in which something optional runs before anybody has agreed, by their names; left out where there are none. */
  readonly laxRegions?: readonly string[]
  readonly site: string
  /** Calendar date (RFC 3339 full-date). */
  readonly lastRevised: string
  readonly controller: SiteConfiguration['controller']
  readonly sections: readonly { readonly id: string; readonly title: string; readonly body: string }[]
  readonly purposes: readonly NoticePurpose[]
  readonly messages: readonly NoticeMessages[]
  readonly expiresAfterDays: number
}

export interface NoticePurpose {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly basis: LegalBasis
  readonly services: readonly ShownService[]
}

/** What people may be written to about. */
export interface NoticeMessages {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly basis: LegalBasis
  readonly programs: readonly NoticeProgram[]
}

export interface NoticeProgram {
  readonly name: string
  readonly channels: readonly Channel[]
  readonly frequency?: string
  /** Address of its own terms. */
  readonly terms?: string
  /** With whom it shares, by name. */
  readonly sharesWith?: string
}

/** The same, ready to be shown. */
export interface NoticeDocument extends Omit<NoticeFacts, 'sections'> {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** 12 hex. */
  readonly version: string
  readonly words: Words
  readonly sections: readonly {
    readonly id: string
    readonly title: string
    readonly body: readonly ProseNode[]
  }[]
}
