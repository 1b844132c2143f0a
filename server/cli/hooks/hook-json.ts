import type { Hook } from '../../hooks/store.ts'
import { timeText } from '../moments.ts'

/** A hook as programs read it: times as text. */
export function hookJson({
  createdAt,
  failingSince,
  notBefore,
  formerUntil,
  ...rest
}: Omit<Hook, 'state' | 'failures'> & Partial<Hook>) {
  return {
    ...rest,
    createdAt: timeText(createdAt),
    ...(failingSince !== undefined && { failingSince: timeText(failingSince) }),
    ...(notBefore !== undefined && { notBefore: timeText(notBefore) }),
    ...(formerUntil !== undefined && { formerUntil: timeText(formerUntil) }),
  }
}
