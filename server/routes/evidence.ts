import type { Context, Handler } from 'hono'
import { EVIDENCE_REASONS } from '../../shared/domain/evidence.ts'
import { pickLanguage, DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../shared/domain/language.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { mintId } from '../ledger/mint-id.ts'
import { evidencePack, languageOf } from '../marketing/evidence/pack.ts'
import { EVIDENCE_POLICY, evidencePage } from '../marketing/evidence/page.ts'
import {
  readEvidence,
  type Evidence,
  type EvidenceQuestion,
  type EvidenceReader,
} from '../marketing/evidence/read.ts'
import { evidenceRecord } from '../marketing/evidence/record.ts'
import { zip } from '../marketing/evidence/zip.ts'
import { messagesOf } from '../messages/log.ts'
import type { Outbox } from '../messages/outbox.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { acceptedInOrder } from './accept.ts'
import { MOMENTS, readMoments } from './moments.ts'

/** Everything on record of one address about one program, as a page, as JSON, or as a pack that proves itself. */
export const showEvidence =
  (outbox: Outbox): Handler<AppEnv> =>
  async c => {
    const asked = readQuestion(c)
    if ('detail' in asked) return problem(c, 'invalid-query', asked.detail)
    const { ledger } = outbox
    const { language, reason, question } = asked
    const reader: EvidenceReader = {
      id: mintId(ledger.now()),
      actor: `key:${c.get('key').id}`,
      ...(reason && { reason }),
    }
    const site = c.get('site')
    const found = await readEvidence(ledger, site, question, reader, subject =>
      messagesOf(outbox, site.key, subject),
    )
    return 'detail' in found ? problem(c, 'invalid-query', found.detail) : answer(c, found, language)
  }

const FORMS = ['text/html', 'application/json', 'application/zip'] as const

function answer(c: Context<AppEnv>, evidence: Evidence, asked: DocumentLanguage | undefined): Response {
  c.header('Vary', 'Authorization, Accept, Accept-Language')
  const form = formOf(c.req.header('accept'))
  if (form === 'application/json') return c.json(evidenceRecord(evidence))
  const language = asked ?? preferred(c)
  if (form === 'application/zip') {
    const files = evidencePack(evidence, asked ?? languageOf(evidence) ?? language)
    c.header('Content-Disposition', `attachment; filename="evidence-${evidence.reader.id}.zip"`)
    return c.body(new Uint8Array(zip(files, evidence.madeAt)), 200, { 'Content-Type': form })
  }
  c.header('Content-Language', language)
  c.header('Content-Security-Policy', `${EVIDENCE_POLICY}; frame-ancestors 'none'`)
  c.header('Referrer-Policy', 'no-referrer')
  return c.html(evidencePage(evidence, language))
}

/** The first of ours that is asked for; a program that asks for anything gets what programs read. */
function formOf(accept: string | undefined): (typeof FORMS)[number] {
  const wanted = acceptedInOrder(accept)
  return (
    FORMS.find(form => form === wanted.find(each => FORMS.some(known => known === each))) ??
    'application/json'
  )
}

const preferred = (c: Context): DocumentLanguage =>
  pickLanguage(acceptedInOrder(c.req.header('accept-language')), DOCUMENT_LANGUAGES) as DocumentLanguage

const [AS_OF, KNOWN_AS_OF] = MOMENTS
const PARAMETERS = ['channel', 'address', 'program', AS_OF, KNOWN_AS_OF, 'language', 'masked', 'reason']

interface Asked {
  readonly question: EvidenceQuestion
  readonly language?: DocumentLanguage
  readonly reason?: EvidenceReader['reason'] & string
}

function readQuestion(c: Context<AppEnv>): Asked | { readonly detail: string } {
  const asked = Object.entries(c.req.queries())
  // What is misspelt would be passed over: the answer would be to another question.
  if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
    return { detail: `Ask with ${PARAMETERS.join(', ')}, each once, and with nothing else.` }
  const { channel, address, program, language, masked, reason, ...moments } = c.req.query()
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  if (!address) return { detail: 'Ask with address=…, percent-encoded: a + in an address is %2B.' }
  if (!program) return { detail: 'Ask with program=…, the id of a program of the site.' }
  const inTime = readMoments(moments)
  if ('detail' in inTime) return inTime
  const known = DOCUMENT_LANGUAGES.find(tag => tag === language)
  if (language !== undefined && !known)
    return { detail: `Ask with language=${DOCUMENT_LANGUAGES.join(', ')}, or without it.` }
  const why = EVIDENCE_REASONS.find(each => each === reason)
  if (reason !== undefined && !why)
    return { detail: `Ask with reason= one of ${EVIDENCE_REASONS.join(', ')}, or without it.` }
  if (masked !== undefined && masked !== 'true') return { detail: 'Ask with masked=true, or without it.' }
  return {
    question: {
      channel,
      address: withPlus(address),
      program,
      ...inTime,
      ...(masked === 'true' && { masked: true }),
    },
    ...(known && { language: known }),
    ...(why && { reason: why }),
  }
}

/** An unencoded + arrives as a blank; no address begins with one. */
const withPlus = (address: string): string => (address.startsWith(' ') ? `+${address.slice(1)}` : address)
