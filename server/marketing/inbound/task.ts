import type { Channel } from '../../../shared/domain/site.ts'
import type { LoggedMessage } from './inbox.ts'

const HOUR = 3_600_000

interface Holding {
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  readonly receivedAt: number
}

/** A hold as somebody's task: named like its entry, so that there is one of each. */
export const taskOf = ({ id, subject, channel, receivedAt }: Holding, holdHours: number): LoggedMessage => ({
  id,
  subject,
  channel,
  direction: 'in',
  kind: 'suspected',
  entry: id,
  at: receivedAt,
  state: 'received',
  attempts: 0,
  dueAt: receivedAt + holdHours * HOUR,
})
