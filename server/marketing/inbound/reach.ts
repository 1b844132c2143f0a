import type { MessageSender, RevocationScope, SiteConfiguration } from '../../../shared/domain/site.ts'

/** How far a "stop" reached on the day it was said, as the site chose. */
export function scopeAt(
  { revocation = [] }: Pick<SiteConfiguration, 'revocation'>,
  at: number,
): RevocationScope {
  const day = new Date(at).toISOString().slice(0, 10)
  const begun = revocation.filter(({ from }) => from <= day).sort((a, b) => (a.from < b.from ? -1 : 1))
  return begun.at(-1)?.scope ?? 'all'
}

/** The programs a stop ends; `undefined` among them: everything on the channel. What cannot be told is everything. */
export function reachOf(
  scope: RevocationScope,
  sender: MessageSender | undefined,
): readonly (string | undefined)[] {
  if (scope === 'all' || !sender) return [undefined]
  return sender.programs
}
