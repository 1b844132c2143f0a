import { leaveWhenGoing } from './hand-over-leave.ts'
import { takeOnArrival } from './hand-over-take.ts'
import type { PartOf } from './part.ts'

/**
 * Takes a choice along when somebody goes from one domain of an owner's to another. Storage that both could read is what browsers
 * refuse, so the server keeps it for a minute: the address of the next page carries a token that opens it once.
 */
export const start: PartOf<'hand-over'> = (assent, settings) => {
  // Not in one expression, or the build takes it for a file of its own.
  const here = import.meta.url
  const address = new URL(`../../v1/sites/${settings.site}/hand-overs`, here).href
  takeOnArrival(assent, settings, `${address}/taken`)
  leaveWhenGoing(settings, address)
}
