import { afterTool, kept } from './take-over.ts'

export { element } from '../ui/element.ts'

/** As versions 3 and 2 write it. */
interface Kept {
  readonly categories: readonly string[]
  readonly revision?: number
  readonly services?: Readonly<Record<string, readonly string[]>>
  readonly lastConsentTimestamp?: string
  readonly last_consent_update?: string
}

/**
 * Only what was granted stands there. Whoever answered was asked for everything of that revision, so the rest is a no; what
 * was said to another revision, the tool itself would ask again.
 */
export const start = afterTool('vanilla-cookieconsent', (name, asked) => {
  const { categories, revision, services, ...when } = JSON.parse(kept(name)) as Kept
  const granted = [...categories, ...Object.values(services ?? {}).flat()]
  return (revision || 0) === asked
    ? [one => granted.includes(one), Date.parse(when.lastConsentTimestamp ?? when.last_consent_update!)]
    : undefined
})
