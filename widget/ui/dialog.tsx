import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface DialogProps {
  readonly class: string
  readonly title: string
  readonly describedBy: string
  readonly closeLabel: string
  /** Escape or the cross: closes, changes nothing. */
  readonly onDismiss: () => void
  readonly children: ComponentChildren
}

const FOCUSABLE = 'a[href],button,input,summary'

/** The one modal: labelled, holds the focus while open, gives it back to the opener. */
export function Dialog({ class: name, title, describedBy, closeLabel, onDismiss, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current!
    element.showModal()
    element.querySelector('h2')!.focus()
    // Closing it gives the focus back by itself, where the opener still stands.
    return () => element.close()
  }, [])
  const keepInside = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return
    const stops = [...dialog.current!.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      stop => stop.getClientRects().length > 0,
    )
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
    const { activeElement } = document
    if (activeElement !== from && !(event.shiftKey && activeElement?.tagName === 'H2')) return
    event.preventDefault()
    to?.focus()
  }
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby="assent-settings-title"
      aria-describedby={describedBy}
      onCancel={event => {
        event.preventDefault()
        onDismiss()
      }}
      onKeyDown={keepInside}
    >
      <div class="assent-head">
        <h2 id="assent-settings-title" tabIndex={-1}>
          {title}
        </h2>
        <button type="button" data-assent="close" aria-label={closeLabel} onClick={onDismiss}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {children}
    </dialog>
  )
}
