import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { keepInside } from './keep-inside.ts'

interface DialogProps {
  readonly class: string
  readonly title: string
  readonly describedBy: string
  readonly closeLabel: string
  /** Beside the title. */
  readonly tools?: ComponentChildren
  /** Escape or the cross: closes, changes nothing. */
  readonly onDismiss: () => void
  readonly children: ComponentChildren
}

/** The one modal: labelled, holds the focus while open, gives it back to the opener. */
export function Dialog(props: DialogProps) {
  const { class: name, title, describedBy, closeLabel, tools, onDismiss, children } = props
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current!
    element.showModal()
    element.querySelector('h2')!.focus()
    // Closing it gives the focus back by itself, where the opener still stands.
    return () => element.close()
  }, [])
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
      onKeyDown={event => keepInside(event.currentTarget, event)}
    >
      <div class="assent-head">
        <h2 id="assent-settings-title" tabIndex={-1}>
          {title}
        </h2>
        {tools}
        <button type="button" data-assent="close" aria-label={closeLabel} onClick={onDismiss}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {children}
    </dialog>
  )
}
