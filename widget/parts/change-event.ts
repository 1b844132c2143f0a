import type { PartOf } from './part.ts'

/** A DOM event at each change, for code that knows nothing of `window.assent`: `assent:change`, its `detail` the choices. */
export const start: PartOf<'change-event'> = assent => {
  assent.onChange(choices =>
    document.dispatchEvent(new CustomEvent('assent:change', { detail: { ...choices } })),
  )
}
