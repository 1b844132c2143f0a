import type { Appearance } from '../../shared/domain/appearance.ts'

/** One way the widget may look, on the demo shop. */
export interface Look {
  readonly name: string
  readonly appearance: Partial<Appearance>
}

/** A theme with every token named, as an owner might write it. */
export const THEMED: Partial<Appearance> = {
  layout: 'box',
  position: 'bottom-end',
  theme: {
    light: { accent: '#7a2e1d', background: '#fffaf2', text: '#2b1d14', muted: '#6b5546', border: '#94796a' },
    dark: { accent: '#f0a35e', background: '#211915', text: '#f6ece2', muted: '#c9b6a6', border: '#9c8371' },
    font: 'page',
    fontSize: 17,
    radius: 6,
    shadow: 'deep',
  },
}

export const LOOKS: readonly Look[] = [
  { name: 'bar', appearance: { layout: 'bar' } },
  { name: 'box', appearance: { layout: 'box', position: 'bottom-start' } },
  { name: 'inline', appearance: { layout: 'inline' } },
  { name: 'theme', appearance: THEMED },
]
