import type { View } from '../../shared/domain/publication.ts'
import { base, configuration } from './config.ts'

/** A view in the page's language, of the configuration that asks for it; one address, so that it is fetched once. */
export const viewAddress = (view: View): string =>
  `${base}${view}.${document.documentElement.lang || 'x'}.mjs?c=${configuration.configuration}`
