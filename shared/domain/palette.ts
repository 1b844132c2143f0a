import type { Appearance, ThemeColours } from './appearance.ts'
import { mixed, shadeOn, textOn, visibleOn } from './colour.ts'

export const SCHEMES = ['light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

/** Every colour the views draw with, in one scheme. */
export interface Palette {
  /** What everything stands on, and the surface on it that sets something apart. */
  readonly panel: string
  readonly soft: string
  readonly ink: string
  readonly muted: string
  /** Parts things, and says nothing. */
  readonly line: string
  /** Of fields, switches and plain buttons. */
  readonly edge: string
  readonly wrong: string
  /** Buttons that act, and the text on them. */
  readonly fill: string
  readonly on: string
}

/** Ours, where the owner names none. */
const OURS: Readonly<Record<Scheme, Omit<Palette, 'fill' | 'on'>>> = {
  light: {
    panel: '#ffffff',
    soft: '#f4f5f7',
    ink: '#14171f',
    muted: '#4b5261',
    line: '#ccd1db',
    edge: '#747b8a',
    wrong: '#b3261e',
  },
  dark: {
    panel: '#191b21',
    soft: '#23262e',
    ink: '#f3f4f6',
    muted: '#b4bac6',
    line: '#444a57',
    edge: '#8d94a3',
    wrong: '#ffb4ab',
  },
}

/** As the owner's theme says; `themeFaults` has seen to it that what it says can be read. */
export function paletteOf({ accent, theme }: Pick<Appearance, 'accent' | 'theme'>, scheme: Scheme): Palette {
  const own: ThemeColours = theme?.[scheme] ?? {}
  const ours = OURS[scheme]
  const panel = own.background ?? ours.panel
  const ink = own.text ?? ours.ink
  const soft = own.background === undefined ? ours.soft : mixed(panel, ink, 0.05)
  const edge = own.border ?? ours.edge
  const surfaces = [panel, soft]
  const fill = own.accent ?? visibleOn(accent, surfaces)
  return {
    panel,
    soft,
    ink,
    muted: own.muted ?? ours.muted,
    line: own.background === undefined && own.border === undefined ? ours.line : mixed(edge, panel, 0.6),
    edge,
    wrong: shadeOn(ours.wrong, surfaces, 4.5) ?? ink,
    fill,
    on: textOn(fill),
  }
}
