/** How the question stands on the page: a wide box at the bottom, a small one in a corner, or where the page has a place for it. */
export const LAYOUTS = ['bar', 'box', 'inline'] as const
export type Layout = (typeof LAYOUTS)[number]

/** What reopens the settings: a small button of ours on every page, or a link of the owner's own. */
export const CONTROLS = ['floating', 'own-link'] as const

/** Colours of the owner's, each as `#rrggbb`; what is left out is ours. */
export interface ThemeColours {
  /** Buttons that act, and what is switched on; the text on it is black or white, whichever reads better. */
  readonly accent?: string
  readonly background?: string
  readonly text?: string
  /** What is said beside the main thing. */
  readonly muted?: string
  /** Edges of fields, switches and plain buttons; lines that only part things are a lighter shade of it. */
  readonly border?: string
}

export const FONTS = ['system', 'page'] as const
export const SHADOWS = ['none', 'soft', 'deep'] as const

export interface Theme {
  readonly light?: ThemeColours
  readonly dark?: ThemeColours
  /** `page`: the font family of the page it stands in; pages of ours have the reader's own. */
  readonly font?: (typeof FONTS)[number]
  /** Pixels where the reader has changed nothing: what they set in the browser still counts. */
  readonly fontSize?: number
  /** Pixels, in place of `corner`. */
  readonly radius?: number
  readonly shadow?: (typeof SHADOWS)[number]
}

export interface Appearance {
  /** CSS hex colour of the buttons, shaded where it would not stand out; `theme` names one that is not touched. */
  readonly accent: string
  readonly corner: 'square' | 'soft' | 'round'
  /** Where a box stands, and the control that reopens the settings. */
  readonly position: 'bottom' | 'bottom-start' | 'bottom-end'
  readonly scheme: 'auto' | 'light' | 'dark'
  readonly layout?: Layout
  readonly control?: (typeof CONTROLS)[number]
  readonly theme?: Theme
  /** Screen readers hear of a link to another website that it leads to one. */
  readonly externalLinks?: {
    /** Further hosts of the owner's, each with all below it; those of `origins` are the owner's anyway. */
    readonly ownHosts?: readonly string[]
    /** An arrow after the link, for whoever sees it. */
    readonly mark?: true
  }
}

/** Before there were layouts, the position told. */
export const layoutOf = ({ layout, position }: Pick<Appearance, 'layout' | 'position'>): Layout =>
  layout ?? (position === 'bottom' ? 'bar' : 'box')
