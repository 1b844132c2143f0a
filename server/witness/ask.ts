import { faultText } from '../../shared/domain/log.ts'
import { cosignatureIn, splitNote } from '../ledger/cosignature.ts'
import { formatRequest, type AddCheckpoint } from './request.ts'
import type { KnownWitness } from './lists.ts'

export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly line: string }
  /** It has cosigned so many entries, not `old`. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** What it has cosigned does not go with what it was shown. */
  | { readonly kind: 'contradicted'; readonly why: string }
  /** It answers, and cosigns nothing of this log. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It does not answer. */
  | { readonly kind: 'unreachable'; readonly why: string }

const TIMEOUT = 10_000
const ANSWER_LIMIT = 65_536

/** Asks a witness to cosign (C2SP tlog-witness). No redirect is followed; rejects only when `signal` ends it. */
export async function askWitness(
  witness: KnownWitness,
  request: AddCheckpoint,
  signal: AbortSignal,
): Promise<WitnessReply> {
  try {
    const response = await fetch(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      body: formatRequest(request),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    })
    return replyOf(response.status, await readLimited(response), witness, request)
  } catch (fault) {
    signal.throwIfAborted()
    return { kind: 'unreachable', why: reasonOf(fault) }
  }
}

function replyOf(
  status: number,
  body: string,
  { verifier }: KnownWitness,
  { note }: AddCheckpoint,
): WitnessReply {
  if (status === 200) {
    const found = cosignatureIn(splitNote(note)!.text, body.split('\n'), verifier)
    if (found) return { kind: 'cosigned', line: found.line }
    return refused(`it signed with another key than ${verifier.name}'s, or something else than was sent`)
  }
  if (status === 409) {
    const [, size] = /^(0|[1-9]\d{0,14})\n$/.exec(body) ?? []
    if (size !== undefined) return { kind: 'conflict', size: Number(size) }
    return refused('it answered 409 without a size')
  }
  const said = saidIn(body)
  if (status === 422) return { kind: 'contradicted', why: said }
  if (status >= 300 && status < 400)
    return refused(`it answered ${status}: redirects are not followed, so name the address it leads to`)
  if (status === 404)
    return refused(`it does not watch this log: give its operator the line at /log/<site>/vkey${said}`)
  if (status === 403)
    return refused(`it does not know this log's key: give its operator the line at /log/<site>/vkey${said}`)
  return refused(`it answered ${status}${said}`)
}

const refused = (why: string): WitnessReply => ({ kind: 'refused', why })

/** One line of what a stranger's server said, fit for a log. */
function saidIn(body: string): string {
  const line = body
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return line === '' ? '' : ` (it says: ${line})`
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > ANSWER_LIMIT) throw new Error(`it answered more than ${ANSWER_LIMIT} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** `fetch failed` says nothing; what lies under it does. */
function reasonOf(fault: unknown): string {
  const { cause } = fault as { cause?: unknown }
  if (fault instanceof DOMException && fault.name === 'TimeoutError')
    return `no answer within ${TIMEOUT / 1000} s`
  if (cause instanceof Error)
    return 'code' in cause ? `${String(cause.code)} ${cause.message}`.trim() : cause.message
  return faultText(fault)
}
