const FOCUSABLE = 'a[href],button,input,select,summary'

/** Tab and Shift+Tab go round within a dialog that starts at its title; otherwise the browser's own controls come next. */
export function keepInside(dialog: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'Tab') return
  const stops = [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    stop => stop.getClientRects().length > 0,
  )
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  const { activeElement } = document
  if (activeElement !== from && !(event.shiftKey && activeElement?.tagName === 'H2')) return
  event.preventDefault()
  to?.focus()
}
