import type { Program } from '../../../shared/domain/site.ts'
import { isE164, normaliseAddress } from '../address.ts'
import { sendingTime } from '../quiet-hours/sending-time.ts'
import type { StatusAnswer, StatusQuestion } from './question.ts'

/** What quiet hours make of a `send`; nothing where it stays one. */
export function quiet(
  at: number,
  { countries, quietHours }: Program,
  { channel, address: given, zone, region }: StatusQuestion,
): Pick<StatusAnswer, 'decision' | 'reason' | 'notBefore' | 'zones'> | undefined {
  if (channel !== 'sms' || quietHours === 'elsewhere') return undefined
  const address = isE164(given) ? given : numberOf(given, countries[0])
  if (address === undefined) return { decision: 'hold', reason: 'unknown_zone' }
  const time = sendingTime({
    address,
    at,
    ...(zone !== undefined && { zone }),
    ...(region !== undefined && { region }),
  })
  switch (time.kind) {
    case 'open':
      return undefined
    case 'quiet':
      return { decision: 'hold', reason: 'quiet_hours', notBefore: time.notBefore, zones: time.zones }
    case 'unknown-zone':
      return { decision: 'hold', reason: 'unknown_zone' }
  }
}

function numberOf(given: string, home: string | undefined): string | undefined {
  const normalised = normaliseAddress('sms', given, home)
  return 'address' in normalised ? normalised.address : undefined
}
