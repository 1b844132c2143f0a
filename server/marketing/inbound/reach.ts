import type { MessageSender, SiteConfiguration } from '../../../shared/domain/site.ts'
import { revocationScope } from '../../../shared/rules/revocation.ts'

/**
 * The programs a stop ends, by the scope of the day it was said; `undefined` among them: everything on the channel. Which
 * of a sender's programs was meant nobody can tell, so it is all of them; of a sender that is not registered, everything.
 */
export function reachOf(
  { programs, revocation }: Pick<SiteConfiguration, 'programs' | 'revocation'>,
  sender: MessageSender | undefined,
  at: number,
): readonly (string | undefined)[] {
  const countries = programs.flatMap(program => program.countries)
  const scope = revocationScope({ at, countries, policy: revocation })
  return scope === 'all' || !sender ? [undefined] : sender.programs
}
