import type { IncomingMessage } from 'node:http'
import type { CurrentSite } from '../inventory/current.ts'

/** What middleware hands to the routes behind it. */
export interface AppEnv {
  Bindings: {
    /** The request as Node received it. */
    readonly incoming?: IncomingMessage
  }
  Variables: {
    /** The site of the address, as it is published now. */
    site: CurrentSite
    /** The browser secret of `Authorization: Assent <secret>`. */
    secret: string | undefined
    /** What the client's address shares with its neighbours; for limits, never stored. */
    addressPrefix: string
  }
}
