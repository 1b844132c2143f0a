import type { ProblemSlug } from '../middleware/problem.ts'
import { API } from './described/api.ts'
import type { Descriptions } from './described/description.ts'
import { HOOKS } from './described/hooks.ts'
import { LOG } from './described/log.ts'
import { PAGES } from './described/pages.ts'
import { SERVICE } from './described/service.ts'
import { WIDGET_FILES } from './described/widget-files.ts'

/** Every route of the app, by its method and path there. */
export const DESCRIPTIONS: Descriptions = { ...WIDGET_FILES, ...PAGES, ...API, ...HOOKS, ...LOG, ...SERVICE }

/**
 * A method the address does not answer is refused on every one of them; so it is not said of each. Nor is what nobody
 * sees who comes over https.
 */
export const UNDESCRIBED: readonly ProblemSlug[] = [
  'unknown-route',
  'method-not-allowed',
  'bad-request',
  'untrusted-proxy',
  'https-required',
]

/** What any route may answer, so that it is said once. */
export const EVERYWHERE: readonly ProblemSlug[] = ['unexpected-fault', 'storage-unavailable']
