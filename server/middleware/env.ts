import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CurrentSite } from '../inventory/current.ts'
import type { ApiKey } from '../operators/api-keys.ts'

/** What middleware hands to the routes behind it: read by `c.get('site')`, for `c.var` copies all of it each time. */
export interface AppEnv {
  Bindings: {
    /** The request as Node received it. */
    readonly incoming?: IncomingMessage
    readonly outgoing?: ServerResponse
  }
  Variables: {
    /** What every answer carries. */
    publicHeaders: Readonly<Record<string, string>>
    /** The site of the address, as it is published now. */
    site: CurrentSite
    /** The browser secret of `Authorization: Assent <secret>`. */
    secret: string | undefined
    /** What a page without scripts sent, once it is read. */
    form: URLSearchParams | undefined
    /** The API key that was let through. */
    key: ApiKey
    /** What the client's address shares with its neighbours: for limits, and sealed with an opt-in. */
    addressPrefix: string
  }
}
