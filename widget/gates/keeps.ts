import { configuration } from '../consent/config.ts'
import { granted } from '../consent/state.ts'
import { stored } from '../consent/stored.ts'

/** A service of a purpose not granted may keep something here: its names are seen, or names that begin alike. */
export const mayBeKept = (): boolean =>
  configuration.purposes.some(
    ([purpose, , , , keeps]) =>
      !granted(purpose) &&
      keeps.some(([storage, name]) => ['', stored(storage)].join().includes(',' + name.split('*')[0]!)),
  )
