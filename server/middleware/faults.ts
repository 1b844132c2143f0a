import type { ErrorHandler } from 'hono'
import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Meter } from '../../shared/domain/meter.ts'
import { SuspendedLog } from '../ledger/continuity.ts'
import { TooLongHistory } from '../ledger/in-time.ts'
import type { AppEnv } from './env.ts'
import type { Problem } from '../../shared/domain/problem.ts'
import { problem, PROBLEMS } from './problem.ts'
import { logSuspended } from './suspended.ts'

/** What the database and the file system call their own failures; a broken constraint is our mistake, not theirs. */
const STORAGE_CODE = /^(SQLITE_(?!CONSTRAINT)\w+|ENOSPC|EROFS|EIO|EDQUOT|EMFILE|ENFILE)$/

export function isStorageFault(fault: unknown): boolean {
  for (let f = fault; f instanceof Error; f = f.cause)
    if ('code' in f && typeof f.code === 'string' && STORAGE_CODE.test(f.code)) return true
  return false
}

/** Cut off or gone in the middle of its body: nobody reads the answer, and nothing here failed. */
const isSenderGone = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === 'ECONNRESET'

const INCOMPLETE = 'Send a complete and well-formed HTTP/1.1 request.'

/** Nothing of the inside leaves: the answer names an id, and the log says under this id what happened. */
export const faults =
  (log: Log, newId: () => string, meter?: Meter): ErrorHandler<AppEnv> =>
  (fault, c) => {
    // Whoever keeps the checkpoints has logged what to do about it.
    if (fault instanceof SuspendedLog) {
      meter?.faulted('log-suspended')
      return logSuspended(c)
    }
    if (fault instanceof TooLongHistory)
      return problem(
        c,
        'history-too-long',
        'Ask about now; the operator can look further back with "assent status" and "assent history".',
      )
    if (isSenderGone(fault)) return problem(c, 'bad-request', INCOMPLETE)
    const id = newId()
    const storage = isStorageFault(fault)
    meter?.faulted(storage ? 'storage-unavailable' : 'unexpected-fault')
    log.error(storage ? 'storage unavailable' : 'unexpected fault', {
      id,
      method: c.req.method,
      route: c.req.routePath,
      why: faultText(fault),
      ...(!storage && { at: fault.stack?.split('\n')[1]?.trim() }),
    })
    if (!storage)
      return problem(
        c,
        'unexpected-fault',
        'Try again later; if it stays, tell the operator this id.',
        `urn:uuid:${id}`,
      )
    c.header('Retry-After', '5')
    // Otherwise a page of another origin could not read it.
    c.header('Access-Control-Expose-Headers', 'Retry-After')
    return problem(
      c,
      'storage-unavailable',
      'Nothing of this request was stored: send it again later, unchanged.',
      `urn:uuid:${id}`,
    )
  }

/** A request whose address or Host makes no sense is refused before there is anything to route. */
export const malformedRequest =
  (log: Log) =>
  (fault: unknown): Response => {
    log.warn('malformed request', { why: faultText(fault) })
    const { status, title } = PROBLEMS['bad-request']
    const body: Problem = {
      type: 'urn:assent:problem:bad-request',
      title,
      status,
      detail: INCOMPLETE,
    }
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/problem+json', 'Access-Control-Allow-Origin': '*' },
    })
  }
