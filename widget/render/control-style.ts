import type { Appearance } from '../../shared/domain/appearance.ts'
import { paletteOf } from '../../shared/domain/palette.ts'
import { cornersOf, isColoured } from './styles.ts'

/**
 * Declarations of the button that reopens the settings: every visitor downloads them. What the page's own sheets say of buttons
 * is taken back first, but for what they call important.
 */
export function controlStyle(appearance: Appearance): string {
  const { position, control, theme } = appearance
  return [
    'all:revert',
    // The part that looks for the owner's link shows it where there is none.
    ...(control === 'own-link' ? ['display:none'] : []),
    'position:fixed',
    'bottom:1em',
    `inset-inline-${position === 'bottom-end' ? 'end' : 'start'}:1em`,
    'z-index:9999999',
    'padding:1em',
    `border-radius:${cornersOf(appearance).button}`,
    'font:600 14px system-ui',
    ...(theme?.font === 'page' ? ['font-family:inherit'] : []),
    ...colours(appearance),
  ].join(';')
}

function colours(appearance: Appearance): string[] {
  const { accent, scheme } = appearance
  // Text and back are the reader's own colours, so they read whatever the accent is.
  const readers = [`border:2px solid ${accent}`, 'color:CanvasText', 'background:Canvas']
  if (!isColoured(appearance)) return readers
  const [light, dark] = [paletteOf(appearance, 'light'), paletteOf(appearance, 'dark')]
  const pick = (name: 'fill' | 'ink' | 'panel'): string =>
    scheme === 'auto' ? `light-dark(${light[name]},${dark[name]})` : { light, dark }[scheme][name]
  return [
    ...(scheme === 'auto' ? ['color-scheme:light dark', ...readers] : []),
    `border:2px solid ${pick('fill')}`,
    `color:${pick('ink')}`,
    `background:${pick('panel')}`,
  ]
}
