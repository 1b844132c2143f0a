import type { View } from '../../shared/domain/publication.ts'
import { base } from './config.ts'
import type { ConsentHandle, ViewModule } from './handle.ts'

const loaded: { [view in View]?: Promise<ViewModule | undefined> | undefined } = {}
/** How to close a view, and an iframe's placeholder. */
const shown = new Map<View | Element, () => void>()
let handle: ConsentHandle
let root: Element | null

export function useHandle(given: ConsentHandle, first: typeof loaded.first): void {
  handle = given
  // One address for the stub and for us, or the first layer would be fetched twice.
  loaded.first = first?.then(module => module ?? load('first'))
}

export const load = (view: View): Promise<ViewModule | undefined> =>
  (loaded[view] ??= import(
    /* @vite-ignore */ `${base}${view}.${document.documentElement.lang || 'x'}.mjs`
  ).catch(() => {
    // The consent host does not answer: nothing is shown, so nothing is granted. The next click tries again.
    delete loaded[view]
  }))

export async function open(view: View = 'settings', where?: Element): Promise<void> {
  const module = await load(view)
  hide(where ?? view)
  if (module) shown.set(where ?? view, module.default(handle, module, where))
  root = document.querySelector('body>#assent')
}

export const hide = (what: View | Element): void => shown.get(what)?.()

export function close(): void {
  hide('first')
  hide('settings')
}

/** Client-side navigation may have replaced the body, with an open view in it. */
export function keepViews(): void {
  if (root?.firstChild && !root.isConnected) document.body.prepend(root)
}
