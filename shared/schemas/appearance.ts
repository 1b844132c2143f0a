import * as z from 'zod'
import { CONTROLS, FONTS, LAYOUTS, SHADOWS, type Appearance } from '../domain/appearance.ts'

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#0b5fff"')

const colours = z.strictObject({
  accent: colour
    .exactOptional()
    .describe(
      'Buttons and switches: at least 3:1 to "background" and to the soft surface made of it. The text on it is black or white, whichever reads better.',
    ),
  background: colour.exactOptional().describe('What everything stands on.'),
  text: colour
    .exactOptional()
    .describe(
      'Words, and the ring of what has the focus: at least 4.5:1 to "background" and its soft surface.',
    ),
  muted: colour
    .exactOptional()
    .describe('Words beside the main thing: at least 4.5:1 to "background" and its soft surface.'),
  border: colour
    .exactOptional()
    .describe(
      'Edges of fields, switches and plain buttons: at least 3:1 to "background" and its soft surface.',
    ),
})

const theme = z.strictObject({
  light: colours.exactOptional().describe('Colours on light screens; what is left out is ours.'),
  dark: colours.exactOptional().describe('Colours on dark screens; what is left out is ours.'),
  font: z
    .enum(FONTS)
    .exactOptional()
    .describe('"page": the font family of the page; "system", when left out: that of the device.'),
  fontSize: z
    .number()
    .min(14, 'must be at least 14 pixels: smaller is hard to read')
    .max(20, 'must be at most 20 pixels')
    .exactOptional()
    .describe('In pixels, 16 when left out; grows with what the reader has set in the browser.'),
  radius: z
    .number()
    .min(0, 'must be at least 0 pixels')
    .max(32, 'must be at most 32 pixels')
    .exactOptional()
    .describe('Of corners, in pixels; in place of "corner".'),
  shadow: z.enum(SHADOWS).exactOptional().describe('Under what lies over the page; "soft" when left out.'),
})

const host = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    'must be a host such as "shop.example", without scheme, port or path',
  )

export const appearance = z.strictObject({
  accent: colour.describe(
    'Of the buttons. Where it would not stand out from what is under it by 3:1, a shade of it that does is drawn.',
  ),
  corner: z.enum(['square', 'soft', 'round']),
  position: z
    .enum(['bottom', 'bottom-start', 'bottom-end'])
    .describe('Where a box stands, and the control that reopens the settings.'),
  scheme: z.enum(['auto', 'light', 'dark']),
  layout: z
    .enum(LAYOUTS)
    .exactOptional()
    .describe(
      '"bar": wide, at the bottom; "box": small, at "position"; "inline": in <div data-assent-banner> of the page, and a bar where there is none. When left out: a bar at "bottom", else a box.',
    ),
  control: z
    .enum(CONTROLS)
    .exactOptional()
    .describe(
      '"own-link": an element of yours with data-assent-open="settings" in place of our floating button, which comes all the same on a page that shows none.',
    ),
  theme: theme
    .exactOptional()
    .describe(
      'Colours and shapes of every view. What fails WCAG 2.2 AA (text 4.5:1, controls and focus 3:1) does not validate.',
    ),
  externalLinks: z
    .strictObject({
      ownHosts: z
        .array(host)
        .exactOptional()
        .describe('Further hosts of yours, each with all below it; those of "origins" are yours anyway.'),
      mark: z.literal(true).exactOptional().describe('An arrow after the link, for whoever sees it.'),
    })
    .exactOptional()
    .describe(
      'Links to other hosts tell screen readers that they lead to another website, which the privacy notice does not cover.',
    ),
}) satisfies z.ZodType<Appearance>
