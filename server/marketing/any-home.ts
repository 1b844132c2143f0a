import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { normaliseAddress, type Normalised } from './address.ts'

/** A national number is one of the country its program is at home in. Where programs have several homes, it must fit one only. */
export function inAnyHome(channel: Channel, given: string, programs: readonly Program[]): Normalised {
  const homes = new Set(programs.filter(p => hasChannel(p, channel)).map(p => p.countries[0]))
  const spellings = [...(homes.size > 0 ? homes : [undefined])].map(home =>
    normaliseAddress(channel, given, home),
  )
  const fitting = spellings.filter(s => 'address' in s)
  if (new Set(fitting.map(s => s.address)).size > 1)
    return { detail: 'may be a number of several countries: begin with + and the country code' }
  return fitting[0] ?? spellings[0]!
}
