import type { PartOf } from './part.ts'

/** A `dataLayer` event at each change, for tag managers: `{event: 'assent_change', assent: {<purpose>: boolean}}`. */
export const start: PartOf<'data-layer'> = assent => {
  assent.onChange(choices =>
    (window.dataLayer ??= []).push({ event: 'assent_change', assent: { ...choices } }),
  )
}
