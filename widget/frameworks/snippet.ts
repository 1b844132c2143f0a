import { STUB } from './stub.ts'

export interface SnippetSettings {
  readonly site: string
  /** The address browsers reach your Assent server at, such as `https://consent.example`. */
  readonly server: string
}

/** What `assent site snippet` prints, without its element: the same bytes, so the same hash in the page's policy. */
export function snippetScript({ site, server }: SnippetSettings): string {
  if (!/^[a-z][a-z0-9-]+$/.test(site)) throw new Error(`"${site}" is no site key`)
  if (!/^https?:\/\/[a-z0-9.[\]:-]+$/.test(server))
    throw new Error(`"${server}" is no address of a server, such as https://consent.example, without a path`)
  return STUB.replaceAll('__SITE__', site).replaceAll('__HOST__', server)
}
