import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../../shared/domain/problem.ts'

/** Every way a whole request can be refused: the slug in `type`, its status and title. */
export const PROBLEMS = {
  'not-json': { status: 400, title: 'The body is not JSON' },
  'not-a-batch': { status: 400, title: 'The body is not the list that belongs here' },
  'not-an-erasure': { status: 400, title: 'The body is not an erasure' },
  'not-one-click': { status: 400, title: 'The body is not the one click' },
  'not-a-revocation': { status: 400, title: 'The body is not a revocation' },
  'not-a-hand-over': { status: 400, title: 'The body is not the hand-over of a choice' },
  'hook-malformed': { status: 400, title: 'The events are not understood' },
  'invalid-query': { status: 400, title: 'The query is not understood' },
  'bad-request': { status: 400, title: 'The request is not understood' },
  'secret-missing': { status: 401, title: 'The browser secret is missing' },
  'key-missing': { status: 401, title: 'The API key is missing' },
  'key-unknown': { status: 401, title: 'There is no such API key' },
  'key-revoked': { status: 401, title: 'This API key was revoked' },
  'hook-unsigned': { status: 401, title: 'The request is not signed as it must be' },
  'hook-not-ours': { status: 403, title: 'The events are not of this site' },
  'key-wrong-site': { status: 403, title: 'This API key is for another site' },
  'key-wrong-scope': { status: 403, title: 'This API key may not do that' },
  'untrusted-proxy': { status: 403, title: 'This is not the way to this server' },
  'https-required': { status: 403, title: 'This server answers over https only' },
  'origin-missing': { status: 403, title: 'The request names no origin' },
  'origin-not-allowed': { status: 403, title: 'This origin is not one of the site' },
  'forged-subject': { status: 403, title: 'The subject does not belong to this secret' },
  'secret-wrong': { status: 403, title: 'The secret does not open this' },
  'unknown-site': { status: 404, title: 'No such site' },
  'unknown-hook': { status: 404, title: 'This site believes no such provider' },
  'unknown-file': { status: 404, title: 'No such file' },
  'program-closed': { status: 404, title: 'This program takes nobody new' },
  'unknown-link': { status: 404, title: 'This link leads to nobody' },
  'unknown-address': { status: 404, title: 'Nobody is known by this address' },
  'unknown-hand-over': { status: 404, title: 'No choice waits here' },
  'unknown-text': { status: 404, title: 'No such text' },
  'unknown-receipt': { status: 404, title: 'No such receipt' },
  'unknown-log': { status: 404, title: 'No such log' },
  'unknown-tile': { status: 404, title: 'No such tile' },
  'not-witnessed': { status: 404, title: 'No witness has seen this log' },
  'evidence-missing': { status: 422, title: 'Evidence of this consent is missing' },
  'consent-refused': { status: 422, title: 'This consent is not recorded' },
  'id-reused': { status: 409, title: 'This id names something else already' },
  'history-too-long': { status: 422, title: 'Too much to look through' },
  'unknown-route': { status: 404, title: 'No such address' },
  'receipt-closed': { status: 404, title: 'This receipt is closed' },
  'method-not-allowed': { status: 405, title: 'This address does not answer that method' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'too-many-decisions': { status: 413, title: 'Too many decisions at once' },
  'unsupported-type': { status: 415, title: 'This content type is not understood' },
  'rate-limited': { status: 429, title: 'Too much at once' },
  'unexpected-fault': { status: 500, title: 'Something failed here' },
  'log-suspended': { status: 503, title: 'This log takes nothing at the moment' },
  'storage-unavailable': { status: 503, title: 'The ledger cannot be reached' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>

export type ProblemSlug = keyof typeof PROBLEMS

/** A refusal of the whole request, as RFC 9457 says it; `detail` tells the reader what to do. */
export function problem(
  c: Context,
  slug: ProblemSlug,
  detail: string,
  instance?: string,
  more: Pick<Problem, 'missing' | 'refused'> = {},
): Response {
  const { status, title } = PROBLEMS[slug]
  const body: Problem = {
    type: `urn:assent:problem:${slug}`,
    title,
    status,
    detail,
    ...(instance !== undefined && { instance }),
    ...more,
  }
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  })
}
