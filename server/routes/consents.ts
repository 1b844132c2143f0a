import type { Context, Handler } from 'hono'
import type * as z from 'zod'
import { isObject } from '../../shared/schemas/loose-site.ts'
import { consentGiven, OTHER_BASES, otherBasis } from '../../shared/schemas/consents.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RefusedMarketing } from '../marketing/append.ts'
import type { Sender } from '../marketing/opt-in.ts'
import { missingEvidence, takeConsent, takeOtherBasis } from '../marketing/take-consent.ts'
import { readJson } from '../middleware/body.ts'
import { addressPrefix, networkOf } from '../middleware/client-address.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { plainAddress } from '../middleware/proxies.ts'
import { freshJson } from '../middleware/public-answer.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { plainWords } from '../../shared/schemas/plain-words.ts'
import { wireAnswer } from './marketing-answer.ts'

/** What a field is, for whoever has left it out. */
const MEANS: Readonly<Record<string, string>> = {
  id: 'a UUIDv7 of your making',
  program: 'id of the program agreed to',
  channel: 'email or sms',
  address: 'the address as it was given',
  decidedAt: 'when, in epoch milliseconds',
  configuration: 'hash of the configuration in force, which names the notice',
  text: 'hash of the words that were shown',
  language: 'language of the words',
  collectionPoint: 'id of the place where it was collected',
  page: 'address of the page with the form',
  ofAge: 'whether the person said to be old enough',
  sharesWith: 'with whom it is shared, by name',
  basis: 'what it rests on',
  reason: 'why that applies to this person',
  optOutOffered: 'true, when a way out was offered as the address was collected',
}

/** Takes one consent from a form or a back end of the owner's own, with the evidence that our own forms collect. */
export const receiveConsent =
  (ledger: Ledger, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const site = c.get('site')
    const key = c.get('key')
    const note = (refused: string) => refusals(site.key, [{ refused }])
    const sent = filled(body.json)
    const isOther = sent['basis'] !== undefined && sent['basis'] !== 'consent'
    if (isOther && !OTHER_BASES.some(basis => basis === sent['basis'])) {
      note('malformed')
      return refusal(c, [`basis must be one of consent, ${OTHER_BASES.join(', ')}`], [])
    }
    const given = isOther ? undefined : consentGiven.safeParse(sent, { error: plainWords })
    const other = isOther ? otherBasis.safeParse(sent, { error: plainWords }) : undefined
    const issues = (given ?? other)!.error?.issues ?? []
    const missing = [...missingIn(issues, sent), ...missingEvidence(site.configuration, sent)]
    const wrong = wrongIn(issues, sent)
    if (missing.length > 0 || wrong.length > 0) {
      note(missing.length > 0 ? 'evidence-missing' : 'malformed')
      return refusal(c, wrong, [...new Set(missing)])
    }
    const sender = senderIn(sent)
    const answer = other?.data
      ? await takeOtherBasis(ledger, site, other.data, { actor: `key:${key.id}`, sender })
      : await takeConsent(ledger, site, given!.data!, sender)
    if ('refused' in answer) {
      note(answer.refused)
      return refused(c, answer)
    }
    return freshJson(c, wireAnswer(answer))
  }

/** A field that is empty was left out. */
const filled = (json: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(isObject(json) ? json : {}).filter(
      ([, value]) => value !== null && (typeof value !== 'string' || value.trim() !== ''),
    ),
  )

const fieldOf = ({ path }: z.core.$ZodIssue): string => String(path[0] ?? '')

const missingIn = (issues: readonly z.core.$ZodIssue[], sent: Readonly<Record<string, unknown>>): string[] =>
  issues.map(fieldOf).filter(field => field !== '' && sent[field] === undefined)

function wrongIn(issues: readonly z.core.$ZodIssue[], sent: Readonly<Record<string, unknown>>): string[] {
  return issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map(name => `"${name.slice(0, 40)}" is no field here`)
    const field = fieldOf(issue)
    return sent[field] === undefined ? [] : [`${field} ${issue.message}`]
  })
}

/** Everything at once: what is missing with what it is, and what is wrong. */
function refusal(c: Context<AppEnv>, wrong: readonly string[], missing: readonly string[]): Response {
  const add = missing.map(field => `${field} (${MEANS[field] ?? 'needed here'})`).join(', ')
  const said = [
    ...(missing.length > 0 ? [`Send also ${add}.`] : []),
    ...(wrong.length > 0 ? [`Correct: ${wrong.slice(0, 20).join('; ')}.`] : []),
    'Nothing was stored.',
  ].join(' ')
  return missing.length > 0
    ? problem(c, 'evidence-missing', said, undefined, { missing, refused: 'evidence-missing' })
    : problem(c, 'consent-refused', said, undefined, { refused: 'malformed' })
}

function refused(c: Context<AppEnv>, { refused, detail }: RefusedMarketing): Response {
  const slug =
    refused === 'id-reused' ? refused : refused === 'evidence-missing' ? refused : 'consent-refused'
  return problem(c, slug, `Nothing was stored: ${detail}.`, undefined, { refused })
}

/** As the other end of our own forms would have told it; only its network is kept of an address. */
function senderIn({ ip, userAgent, page }: Readonly<Record<string, unknown>>): Sender {
  const network = typeof ip === 'string' ? networkOf(addressPrefix(plainAddress(ip))) : undefined
  return {
    ...(network !== undefined && { network }),
    ...(typeof userAgent === 'string' && { userAgent: userAgent.slice(0, MOST_OF_AGENT) }),
    ...(typeof page === 'string' && { page }),
  }
}

/** Longer ones tell more of the browser than of the person. */
const MOST_OF_AGENT = 512
