import * as z from 'zod'
import { momentSchema } from './decision.ts'

/** RFC 3339; a day that no calendar has is none. */
const rfc3339 = z.iso.datetime({ offset: true })

/** Epoch milliseconds of a time with its zone (RFC 3339); `undefined` when it is none. */
export function parseMoment(text: string): number | undefined {
  // A + in an offset that was not percent-encoded.
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+').toUpperCase()
  return rfc3339.safeParse(written).success ? momentSchema.safeParse(Date.parse(written)).data : undefined
}
