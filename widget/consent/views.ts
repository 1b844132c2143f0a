import type { View } from '../../shared/domain/publication.ts'
import type { Acts, Loader } from './acting.ts'
import { base } from './config.ts'
import type { ConsentHandle, ViewModule } from './handle.ts'

type Loaded = Promise<ViewModule | undefined>

const loaded: { [view in View]?: Loaded } = {}
/** How to close a view, and an iframe's placeholder. */
const shown = new Map<View | Element, () => void>()
/** Complete as soon as a view is loaded, for acting comes with it. */
export let handle: ConsentHandle & Loader & Acts

export function useHandle(given: Omit<ConsentHandle, keyof Acts> & Loader): void {
  handle = given as typeof handle
}

/** `stub`: the same address, on its way already. */
export const load = (view: View, stub?: Loaded | false): Loaded =>
  (loaded[view] ??= (
    stub || import(/* @vite-ignore */ `${base}${view}.${document.documentElement.lang || 'x'}.mjs`)
  )
    .then((module: ViewModule) => {
      if (!handle.save) Object.assign(handle, module.act(handle))
      return module
    })
    .catch((): undefined => {
      // The consent host does not answer: nothing is shown, so nothing is granted. The next click tries again.
      delete loaded[view]
    }))

export async function open(view: View = 'settings', where?: Element): Promise<void> {
  const module = await load(view)
  hide(where ?? view)
  if (module) shown.set(where ?? view, module.default(handle, module, where))
}

export const hide = (what: View | Element): void => shown.get(what)?.()
