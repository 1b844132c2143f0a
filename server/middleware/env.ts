import type { CurrentSite } from '../inventory/current.ts'

/** What middleware hands to the routes behind it. */
export interface AppEnv {
  Variables: {
    /** What every answer carries. */
    publicHeaders: Readonly<Record<string, string>>
    /** The site of the address, as it is published now. */
    site: CurrentSite
    /** The browser secret of `Authorization: Assent <secret>`. */
    secret: string | undefined
  }
}
