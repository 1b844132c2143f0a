import { effect, signal } from '@preact/signals'
import { render } from 'preact'
import type { PurposeChoices } from '../../shared/domain/consent.ts'
import type { ConsentHandle, Shown } from '../consent/handle.ts'
import { addStyles } from './add-styles.ts'
import { createModel } from './model.ts'
import { followReceipt } from './receipt.ts'
import { Settings } from './settings.tsx'
import type { SettingsDocument } from './settings-document.ts'
import { tellLeftovers, tellOwner } from './tell-owner.ts'

const OPENERS = '[data-assent=open],[data-assent-open=settings]'

/** Switches moved but not saved, on their way into another language: one module of the interface serves them all. */
let carried: PurposeChoices | undefined

/** Shows the settings, in the root of the first layer when that is open; returns how to close them. */
export function mount(handle: ConsentHandle, shown: Shown, page: SettingsDocument): () => void {
  const opener = document.activeElement
  const root = document.querySelector('body>#assent') ?? makeRoot()
  const place = root.appendChild(document.createElement('div'))
  // The first layer in the same root may speak another.
  place.lang = page.language
  place.dir = page.direction
  const [, removeStyles] = addStyles(page.css)
  const model = createModel(handle, page, shown, carried)
  carried = undefined
  const receipt = followReceipt(handle)
  const status = signal('')
  tellOwner(page)
  const stopTelling = effect(() => tellLeftovers(model.leftovers.value))
  let isOpen = true
  let closeNext: (() => void) | undefined

  const remove = (): void => {
    isOpen = false
    model.stop()
    stopTelling()
    receipt.stop()
    render(null, place)
    place.remove()
    removeStyles()
  }
  const close = (): void => {
    closeNext?.()
    if (!isOpen) return
    remove()
    if (!root.firstChild) root.remove()
    // The banner is gone after a choice; what reopens all this is there instead: the control, or the owner's own link.
    if (!opener?.isConnected)
      for (const control of document.querySelectorAll<HTMLElement>(OPENERS))
        if (control.getClientRects().length > 0) return control.focus()
  }
  async function speak(language: string): Promise<void> {
    try {
      const next = await handle.speak('settings', language)
      if (!isOpen) return
      carried = model.moved.value
      remove()
      closeNext = next.default(handle, next)
      root.querySelector('select')?.focus()
    } catch {
      status.value = page.words.languageFailed
      place.querySelector('select')!.value = page.language
    }
  }

  render(
    <Settings
      handle={handle}
      shown={shown}
      page={page}
      model={model}
      receipt={receipt}
      status={status}
      onSpeak={language => void speak(language)}
      onDismiss={close}
      onDecided={() => handle.close()}
    />,
    place,
  )
  return close
}

function makeRoot(): Element {
  const root = document.createElement('div')
  root.id = 'assent'
  document.body.prepend(root)
  return root
}
