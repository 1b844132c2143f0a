import type { StatusAnswer } from '../status/question.ts'
import type { Evidence, EvidenceLine } from './read.ts'
import { signedIn } from './page.ts'

const time = (moment: number): string => new Date(moment).toISOString()

/** The same as the page, for programs. Entries are as the log has them; their receipts are asked for, or lie in the pack. */
export function evidenceRecord(evidence: Evidence) {
  const { site, channel, address, masked, program, seller, madeAt, now, past, subject, erasedAt } = evidence
  const { lines, readings, others, messages, reader, reading, proof } = evidence
  const { name, address: postal, email, website } = site.configuration.controller
  const [first] = [...lines, ...readings]
  const signed = first && signedIn(first)
  return {
    site: site.key,
    controller: { name, address: postal, email, website },
    seller,
    program,
    channel,
    address,
    masked,
    madeAt: time(madeAt),
    madeFor: { actor: reader.actor, ...(reader.reason && { reason: reader.reason }) },
    ...(reading !== undefined && { reading }),
    ...(subject !== undefined && { subject }),
    ...(erasedAt !== undefined && { erasedAt: time(erasedAt) }),
    now: answerJson(now),
    ...(past && {
      past: {
        ...answerJson(past.answer),
        ...(past.view.knownAsOf !== undefined && {
          known: { asOf: time(past.view.knownAsOf), entries: past.view.known },
        }),
      },
    }),
    entries: lines.map(lineJson),
    readings: readings.map(lineJson),
    others,
    messages: messages.map(message => ({ ...message, at: time(message.at) })),
    ...(signed && {
      proof: {
        origin: signed.origin,
        size: signed.size,
        root: signed.root,
        checkpoint: signed.note,
        keys: proof.keys,
      },
    }),
  }
}

export type EvidenceRecord = ReturnType<typeof evidenceRecord>

const answerJson = ({ decision, reason, entry, consentedAt, text, asOf }: StatusAnswer) => ({
  decision,
  reason,
  ...(entry && { entry }),
  ...(consentedAt !== undefined && { consentedAt: time(consentedAt) }),
  ...(text !== undefined && { text }),
  asOf: time(asOf),
})

const lineJson = ({
  index,
  entry,
  leaf,
  at,
  receivedAt,
  isUndated,
  isLate,
  unseen,
  private: fields,
  receipt,
}: EvidenceLine) => ({
  index,
  leaf,
  ...(isUndated ? { undated: true } : { countsFrom: time(at) }),
  receivedAt: time(receivedAt),
  late: isLate,
  ...(unseen && { unseen }),
  entry,
  ...(fields && { private: fields }),
  texts: receipt.evidence.texts.map(({ hash, kind, language }) => ({
    hash,
    ...(kind && { kind }),
    ...(language !== undefined && { language }),
  })),
})
