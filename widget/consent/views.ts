import type { OpenedView } from '../../shared/domain/publication.ts'
import type { Acts, Loader } from './acting.ts'
import type { ConsentHandle, ViewModule } from './handle.ts'
import { fetchView } from './fetch-view.ts'

type Loaded = Promise<ViewModule | undefined>

const loaded: { [view in OpenedView]?: Loaded } = {}
/** How to close a view, and an iframe's placeholder. */
const shown = new Map<OpenedView | Element, () => void>()
/** Completed by the views as they are loaded, for acting comes with them. */
export let handle: ConsentHandle & Loader & Acts

export function useHandle(given: Loader): void {
  handle = given as typeof handle
}

export const load = (view: OpenedView): Loaded =>
  (loaded[view] ??= fetchView(view)
    .then(module => {
      // Throws when it is of another configuration: the view itself sees to that.
      module.act?.(handle, module)
      return module
    })
    // The consent host does not answer: nothing is shown, so nothing is granted. The next click tries again.
    .catch(() => void delete loaded[view]))

export async function open(
  view: OpenedView = 'settings',
  where?: Element,
  what: OpenedView | Element = where ?? view,
): Promise<void> {
  const module = await load(view)
  hide(what)
  if (module) shown.set(what, module.default(handle, module, where))
}

export const hide = (what: OpenedView | Element): void => shown.get(what)?.()
