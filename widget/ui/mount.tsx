import { signal } from '@preact/signals'
import { render } from 'preact'
import type { ConsentHandle, Shown } from '../consent/handle.ts'
import { addStyles } from './add-styles.ts'
import { createModel } from './model.ts'
import { followReceipt } from './receipt.ts'
import { Settings } from './settings.tsx'
import type { SettingsDocument } from './settings-document.ts'
import { tellOwner } from './tell-owner.ts'

/** Shows the settings, in the root of the first layer when that is open; returns how to close them. */
export function mount(handle: ConsentHandle, shown: Shown, page: SettingsDocument): () => void {
  const opener = document.activeElement
  const root = document.querySelector('body>#assent') ?? makeRoot(page)
  const place = root.appendChild(document.createElement('div'))
  const [, removeStyles] = addStyles(page.css)
  const model = createModel(handle, page, shown)
  const receipt = followReceipt(handle)
  tellOwner(page)
  let isOpen = true

  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    model.stop()
    receipt.stop()
    render(null, place)
    place.remove()
    if (!root.firstChild) root.remove()
    removeStyles()
    // The banner is gone after a choice; the control that reopens all this has come instead.
    if (!opener?.isConnected) document.querySelector<HTMLElement>('[data-assent=open]')?.focus()
  }

  render(
    <Settings
      handle={handle}
      shown={shown}
      page={page}
      model={model}
      receipt={receipt}
      status={signal('')}
      onDismiss={close}
      onDecided={() => handle.close()}
    />,
    place,
  )
  return close
}

function makeRoot({ language, direction }: SettingsDocument): Element {
  const root = document.createElement('div')
  root.id = 'assent'
  root.lang = language
  root.dir = direction
  document.body.prepend(root)
  return root
}
