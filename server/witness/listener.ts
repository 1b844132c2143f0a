import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { addCheckpoint, type Contradiction, type Outcome, type Witness } from './add-checkpoint.ts'
import { keepEvidence, settleEvidence } from './evidence.ts'

/** Room for 63 hashes and a checkpoint with the signatures of many witnesses, post-quantum ones included. */
const BODY_LIMIT = 65_536
const HOUR = 3_600_000

export interface WitnessDeps {
  readonly witness: Witness
  readonly log: Log
  /** Where contradictions are kept. */
  readonly evidence: string
}

/**
 * A witness over HTTP: `POST /add-checkpoint` (C2SP tlog-witness), `GET /vkey`, `GET /healthz`, and, for whoever compares,
 * `GET /checkpoint/<origin>`, the newest it has cosigned.
 */
export function witnessListener(deps: WitnessDeps): RequestListener {
  const report = reporter(deps)
  return (request, response) => {
    receive(request, response, deps, report).catch((fault: unknown) => {
      deps.log.error('unexpected fault', { why: faultText(fault) })
      if (response.headersSent) response.destroy()
      else
        answer(
          response,
          500,
          'This witness failed and has cosigned nothing. Its log says why; ask again later.',
        )
    })
  }
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  { witness }: WitnessDeps,
  report: (outcome: Outcome) => void,
): Promise<void> {
  const address = `${request.method} ${request.url}`
  if (address === 'GET /vkey') return answer(response, 200, witness.key.vkey)
  if (address === 'GET /healthz') return answer(response, 200, 'ok')
  const [, origin] = /^GET \/checkpoint\/([^?]+)$/.exec(address) ?? []
  if (origin !== undefined) return answerNewest(response, witness, origin)
  if (address !== 'POST /add-checkpoint')
    return answer(
      response,
      404,
      'This is a witness: POST /add-checkpoint, GET /checkpoint/<origin>, GET /vkey or GET /healthz.',
    )
  const body = await readBody(request)
  if (body === undefined) {
    response.setHeader('Connection', 'close')
    return answer(response, 413, `Send at most ${BODY_LIMIT} bytes.`)
  }
  const outcome = addCheckpoint(witness, body)
  report(outcome)
  const said = outcome.answer
  if (said.status === 200) answer(response, 200, said.line)
  else if (said.status === 409) answer(response, 409, String(said.size), 'text/x.tlog.size')
  else answer(response, said.status, `Refused: ${said.why}.`)
}

/** What it refused to follow can be held against this, whether or not it was kept as evidence. */
function answerNewest(response: ServerResponse, { store }: WitnessDeps['witness'], encoded: string): void {
  const newest = store.last(decoded(encoded))
  if (newest) answer(response, 200, newest.note.replace(/\n$/, ''))
  else answer(response, 404, 'This witness has cosigned nothing of a log of this origin.')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No origin is written like that.
    return ''
  }
}

function answer(
  response: ServerResponse,
  status: number,
  line: string,
  type = 'text/plain; charset=utf-8',
): void {
  response
    .writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(`${line}\n`)
}

/** `undefined` when it is too large. What is no UTF-8 is no note either, and reads as one that nobody signed. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Says what happened, keeps what proves it. What anybody can cause at will is said once an hour. */
function reporter({ witness, log, evidence }: WitnessDeps): (outcome: Outcome) => void {
  const said = new Map<string, number>()
  const isNews = (what: string): boolean => {
    const now = witness.now()
    const isOld = (said.get(what) ?? -Infinity) > now - HOUR
    if (!isOld) said.set(what, now)
    return !isOld
  }

  function accuse(contradiction: Contradiction): void {
    const { kind, origin, cosigned, shown } = contradiction
    const event =
      kind === 'fork' ? 'fork: this log has two histories' : 'no proof: this log may have two histories'
    const facts = { origin, cosigned: cosigned.size, shown: shown.size }
    try {
      const kept = keepEvidence(evidence, contradiction, witness.now())
      if (isNews(kept ?? `${event} ${origin}`))
        log.error(event, { ...facts, evidence: kept ?? 'no more is kept of this log' })
    } catch (fault) {
      log.error(event, {
        ...facts,
        notKept: faultText(fault),
        cosignedNote: cosigned.note,
        shownNote: shown.note,
      })
    }
  }

  return ({ answer: { status }, shown, before = 0, contradiction }) => {
    if (contradiction) return accuse(contradiction)
    if (!shown) return
    const { origin, size, note } = shown
    if (status === 200) {
      log.info('cosigned', { origin, size, before })
      if (settleEvidence(evidence, origin, note)) log.info('proof came after all', { origin, size })
    } else if (size < before && isNews(`older ${origin}`))
      log.warn('older checkpoint shown', {
        origin,
        shown: size,
        cosigned: before,
        do: 'an old checkpoint may come late, or from anybody; if the log has no newer one, it was rolled back: ask its operator',
      })
  }
}
