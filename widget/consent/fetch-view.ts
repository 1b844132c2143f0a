import type { OpenedView } from '../../shared/domain/publication.ts'
import { base, configuration } from './config.ts'
import type { ViewModule } from './handle.ts'

/**
 * A view, in the page's language where nobody asked for another, of the configuration that asks for it; one address, so that it is fetched once.
 * Whatever a page's markup names stays within one step of that address, and so with this site.
 */
export const fetchView = (
  view: OpenedView,
  language = document.documentElement.lang || 'x',
): Promise<ViewModule> =>
  import(
    /* @vite-ignore */ base + view.replace(/\W/g, '-') + `.${language}.mjs?c=` + configuration.configuration
  )
