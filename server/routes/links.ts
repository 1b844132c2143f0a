import type { Context } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import { preferencesOf, type Preferences } from '../marketing/preferences.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { LinkAudience, LinkClaim, LinkTokens } from '../subjects/link-token.ts'

/** What a link that stood in a message opens, as things are now. */
export interface OpenedLink {
  readonly token: string
  readonly audience: LinkAudience
  readonly claim: LinkClaim
  readonly preferences: Preferences
}

const AUDIENCES: readonly LinkAudience[] = ['preferences', 'unsubscribe']

/** `undefined` where it was not made here, or its person was erased: one answer, so that nobody learns which. */
export function openLink(
  c: Context<AppEnv>,
  ledger: Ledger,
  links: LinkTokens,
  token: string | null | undefined,
): OpenedLink | undefined {
  const { key, configuration } = c.get('site')
  for (const audience of token ? AUDIENCES : []) {
    const claim = links.read(key, audience, token!)
    const preferences = claim && preferencesOf(ledger, key, claim, configuration.programs)
    if (claim && preferences) return { token: token!, audience, claim, preferences }
  }
  return undefined
}
