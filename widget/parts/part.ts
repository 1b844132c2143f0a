import type { OwnAssent } from '../consent/acting.ts'
import type { PartSettings } from '../../shared/domain/parts.ts'

/**
 * What only some owners need, kept out of the loader: a part is on a page only where the site's configuration asks for it.
 * Those of a site are one module, which its `assent.js` imports once it has started.
 */
export type PartOf<Name extends keyof PartSettings> = (
  assent: OwnAssent,
  settings: PartSettings[Name],
) => void
