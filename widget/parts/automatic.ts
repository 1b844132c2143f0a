import type { PartOf } from './part.ts'

/** Tells the owner when the guard that a page carries is none, or of other hosts than those published. */
export const start: PartOf<'automatic'> = (_assent, { guard, site }) => {
  const pasted = window.assentGuard?.id
  if (pasted === guard) return
  const what = pasted
    ? `this page carries the guard ${pasted}, and ${guard} is published: hosts have changed`
    : 'automatic mode is on, and this page carries no guard: nothing is held by its host'
  // oxlint-disable-next-line no-console -- to the owner; no visitor reads it
  console.warn(`Assent: ${what}. Paste what "assent site guard ${site}" prints, above the snippet.`)
}
