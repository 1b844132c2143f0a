import {
  describedOptIns,
  describedOptOuts,
  optInAnswer,
  optOutAnswer,
  statusAnswer,
} from '../../../shared/schemas/marketing.ts'
import { collectionPointsAnswer, consentAnswer, describedConsent } from '../../../shared/schemas/consents.ts'
import { batchAnswer, describedBatch, historyAnswer } from '../../../shared/schemas/decision.ts'
import { changesAnswer, checkAnswer, checkRequest, checksAnswer } from '../../../shared/schemas/check.ts'
import { headersAnswer, headersRequest, mailHeadersAnswer } from '../../../shared/schemas/mail-headers.ts'
import { EVIDENCE_REASONS } from '../../../shared/domain/evidence.ts'
import { DOCUMENT_LANGUAGES } from '../../../shared/domain/language.ts'
import { erasureAnswer, erasureRequest } from '../../../shared/schemas/erasure.ts'
import { askedHandOver, handOverAnswer, leftAnswer, leftHandOver } from '../../../shared/schemas/hand-over.ts'
import { messageLog } from '../../../shared/schemas/messages.ts'
import { evidenceAnswer } from '../../../shared/schemas/evidence.ts'
import { receiptSchema } from '../../../shared/schemas/receipt.ts'
import { DESCRIBED_MOMENTS } from '../moments.ts'
import { DESCRIBED_SENDING } from '../send-question.ts'
import { text, unchanged, type Descriptions } from './description.ts'

/** What pages and programs ask of a site. */
export const API: Descriptions = {
  'POST /v1/sites/:site/decisions': {
    paths: ['/v1/sites/{site}/decisions'],
    summary: 'Appends decisions to the ledger; every one gets its own answer, in the order sent.',
    body: describedBatch,
    answer: { type: 'application/json', schema: batchAnswer },
    problems: [
      'not-json',
      'not-a-batch',
      'origin-missing',
      'origin-not-allowed',
      'forged-subject',
      'unknown-site',
      'body-too-large',
      'too-many-decisions',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
  },
  'GET /v1/sites/:site/decisions': {
    paths: ['/v1/sites/{site}/decisions'],
    summary: "A browser's own decisions, newest first, and where it stands; or those of another moment.",
    secret: 'needed',
    query: DESCRIBED_MOMENTS,
    optional: ['asOf', 'knownAsOf'],
    answer: { type: 'application/json', schema: historyAnswer },
    problems: ['secret-missing', 'invalid-query', 'unknown-site', 'history-too-long', 'rate-limited'],
  },
  'POST /v1/sites/:site/hand-overs': {
    paths: ['/v1/sites/{site}/hand-overs'],
    summary:
      "Leaves a visitor's choice for one minute, for the page of the same site on another domain that they are on their way to.",
    body: leftHandOver,
    answer: { type: 'application/json', schema: leftAnswer },
    problems: [
      'not-json',
      'not-a-hand-over',
      'origin-missing',
      'origin-not-allowed',
      'unknown-site',
      'unknown-hand-over',
      'id-reused',
      'body-too-large',
      'unsupported-type',
      'rate-limited',
    ],
  },
  'POST /v1/sites/:site/hand-overs/taken': {
    paths: ['/v1/sites/{site}/hand-overs/taken'],
    summary: 'Takes what was left under a token: once, and from a page of the origin it is for.',
    body: askedHandOver,
    answer: { type: 'application/json', schema: handOverAnswer },
    problems: [
      'not-json',
      'not-a-hand-over',
      'origin-missing',
      'origin-not-allowed',
      'unknown-site',
      'unknown-hand-over',
      'body-too-large',
      'unsupported-type',
      'rate-limited',
    ],
  },
  'GET /v1/sites/:site/receipts/:id': {
    paths: ['/v1/sites/{site}/receipts/{id}'],
    summary: 'One decision, provable without this server. Without a subject it is open for ten minutes.',
    secret: 'may be needed',
    answer: { type: 'application/json', schema: receiptSchema },
    problems: [
      'secret-missing',
      'secret-wrong',
      'unknown-site',
      'unknown-receipt',
      'receipt-closed',
      'log-suspended',
    ],
  },
  'GET /v1/sites/:site/texts/:hash': {
    paths: ['/v1/sites/{site}/texts/{hash}'],
    summary: 'A text or configuration that entries name, byte for byte.',
    answer: { type: '*/*', schema: text('The bytes whose SHA-256 is the hash.') },
    also: unchanged,
    problems: ['unknown-site', 'unknown-text'],
  },
  'POST /v1/sites/:site/opt-ins': {
    paths: ['/v1/sites/{site}/opt-ins'],
    summary:
      'Appends opt-ins, one per ticked box, and seals the addresses; every one gets its own answer, in the order sent, and none tells whether an address was known.',
    body: describedOptIns,
    answer: { type: 'application/json', schema: optInAnswer },
    problems: [
      'not-json',
      'not-a-batch',
      'origin-missing',
      'origin-not-allowed',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
  },
  'POST /v1/sites/:site/opt-outs': {
    paths: ['/v1/sites/{site}/opt-outs'],
    summary:
      'Appends opt-outs, also of addresses never seen, and answers the same for both. From a page of the site, or with a key.',
    key: 'withdraw',
    orPage: true,
    body: describedOptOuts,
    answer: { type: 'application/json', schema: optOutAnswer },
    problems: [
      'not-json',
      'not-a-batch',
      'origin-not-allowed',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
  },
  'GET /v1/sites/:site/collection-points': {
    paths: ['/v1/sites/{site}/collection-points'],
    summary:
      'The register of the places where the site asks for consent by other means than the forms of this server: the words per language, their hashes, and the configuration to send along.',
    key: 'record',
    answer: { type: 'application/json', schema: collectionPointsAnswer },
    problems: ['unknown-site'],
  },
  'POST /v1/sites/:site/consents': {
    paths: ['/v1/sites/{site}/consents'],
    summary:
      'Records one consent that a form or a back end of the site took, with the evidence of the forms here; or another basis, with its reason. Incomplete evidence is refused with every field that is missing, and nothing is stored.',
    key: 'record',
    body: describedConsent,
    answer: { type: 'application/json', schema: consentAnswer },
    problems: [
      'not-json',
      'evidence-missing',
      'consent-refused',
      'id-reused',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
    ],
  },
  'GET /v1/sites/:site/evidence': {
    paths: ['/v1/sites/{site}/evidence'],
    summary:
      'Everything on record of one address about one program, with its proof: who, when, which words, every change. Each reading is an entry of the log.',
    key: 'evidence',
    query: {
      channel: 'email or sms.',
      address: 'In any spelling; percent-encoded.',
      program: 'Id of the program.',
      asOf: DESCRIBED_MOMENTS.asOf,
      knownAsOf: DESCRIBED_MOMENTS.knownAsOf,
      language: `Of the page: ${DOCUMENT_LANGUAGES.join(', ')}; by Accept-Language when left out.`,
      masked: 'true: the address in part, and nothing else that is private.',
      reason: `Why it is read, for the log: ${EVIDENCE_REASONS.join(', ')}.`,
    },
    optional: ['asOf', 'knownAsOf', 'language', 'masked', 'reason'],
    answer: { type: 'application/json', schema: evidenceAnswer },
    otherwise: {
      'text/html': 'One page to read and to print, complete in itself.',
      'application/zip':
        'The page with a receipt for each entry, the words shown, and a script of thirty lines that checks them offline.',
    },
    problems: ['invalid-query', 'unknown-site', 'history-too-long', 'log-suspended', 'rate-limited'],
  },
  'GET /v1/sites/:site/status': {
    paths: ['/v1/sites/{site}/status'],
    summary:
      'Whether an address may be written to. Only "send" is a yes; what is unknown is "block", with status 200.',
    key: 'status',
    query: {
      channel: 'email or sms.',
      address: 'In any spelling; percent-encoded.',
      program: 'Id of the program; one that the site never had is refused with the names of those it has.',
      ...DESCRIBED_SENDING,
      zone: 'IANA time zone of the person, where you know it: it beats the number’s.',
      region: 'ISO 3166-2 region of the person, such as US-FL, where you know it: it beats the number’s.',
      ...DESCRIBED_MOMENTS,
      at: 'Older name of asOf.',
    },
    optional: ['seller', 'sender', 'sendAt', 'zone', 'region', 'asOf', 'knownAsOf', 'at'],
    answer: { type: 'application/json', schema: statusAnswer },
    problems: ['invalid-query', 'unknown-site', 'history-too-long'],
  },
  'POST /v1/sites/:site/checks': {
    paths: ['/v1/sites/{site}/checks'],
    summary:
      'Whether each address of a list may be written to: JSON for thousands; CSV or NDJSON in and out as it comes for any number. Each check is an entry of the log.',
    key: 'status',
    query: {
      channel: 'email or sms.',
      program: 'Id of the program.',
      mode: 'annotate (default): every row with its answer; filter: the rows that may be written to, each address once; count: how many.',
      column:
        'Of a CSV list: name of the column with the addresses, or its number from 1; found by itself when left out. Of NDJSON: name of the member, "address" when left out.',
      summary:
        'Of a CSV list: "behind" says what it came to behind the last row too, as U+001E, JSON and a line end, for programs that cannot read a trailer.',
      after:
        'The "logSize" of an earlier check of this list: only rows that may have been "send" then and are not now are answered.',
      ...DESCRIBED_SENDING,
    },
    optional: ['mode', 'column', 'summary', 'after', 'seller', 'sender', 'sendAt'],
    body: checkRequest,
    streams: {
      'text/csv': {
        body: 'With comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252; with or without a first row of names. Columns named timezone or state say where somebody is, and beat what the number says.',
        answer:
          'The same rows in the same order, with assent_decision, assent_reason, assent_address, assent_not_before and assent_duplicate_of in front of them. What the list came to is the trailer Assent-Summary, as "summary" is in JSON.',
      },
      'application/x-ndjson': {
        body: 'A line each: a JSON string, or an object with the member "address", and "timezone" or "state" where you know them. Written in UTF-8.',
        answer:
          'A line for each line, in the same order: the object as it was, and in it "assent" with what a row says in JSON. A line nobody can read is {"line": its number, "assent": {"decision": "block", "reason": "malformed"}}. The last line is {"summary": …}; an answer without it broke off.',
      },
    },
    answer: { type: 'application/json', schema: checkAnswer },
    problems: [
      'invalid-query',
      'not-json',
      'not-a-batch',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
    ],
  },
  'GET /v1/sites/:site/unsubscribe-headers': {
    paths: ['/v1/sites/{site}/unsubscribe-headers'],
    summary:
      'The headers of one marketing message that let its mail program unsubscribe with one click, and the link to the person’s own page.',
    key: 'status',
    query: {
      channel: 'email, or sms: then there is only the link.',
      program: 'Id of the program.',
      address: 'In any spelling; percent-encoded.',
    },
    answer: { type: 'application/json', schema: mailHeadersAnswer },
    problems: ['invalid-query', 'unknown-address', 'unknown-site'],
  },
  'POST /v1/sites/:site/unsubscribe-headers': {
    paths: ['/v1/sites/{site}/unsubscribe-headers'],
    summary: 'The same for thousands of addresses, in their order.',
    key: 'status',
    query: { channel: 'email, or sms.', program: 'Id of the program.' },
    body: headersRequest,
    answer: { type: 'application/json', schema: headersAnswer },
    problems: [
      'invalid-query',
      'not-json',
      'not-a-batch',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
    ],
  },
  'GET /v1/sites/:site/messages': {
    paths: ['/v1/sites/{site}/messages'],
    summary:
      'Every message to and from one address, with its words, the oldest first; none where it is not known, or was erased.',
    key: 'evidence',
    query: { channel: 'email or sms.', address: 'In any spelling; percent-encoded.' },
    answer: { type: 'application/json', schema: messageLog },
    problems: ['invalid-query', 'unknown-site'],
  },
  'GET /v1/sites/:site/checks': {
    paths: ['/v1/sites/{site}/checks'],
    summary:
      'Earlier checks of lists, the newest first: of one list, of a time, or all. No address is in any.',
    key: 'status',
    query: {
      list: 'SHA-256 of the list, as sha256sum says it of the file that was sent.',
      from: 'Recorded at this moment (RFC 3339) or later.',
      to: 'Recorded before this moment.',
      before: 'The "before" of the answer before this one.',
    },
    optional: ['list', 'from', 'to', 'before'],
    answer: { type: 'application/json', schema: checksAnswer },
    problems: ['invalid-query', 'unknown-site'],
  },
  'GET /v1/sites/:site/changes': {
    paths: ['/v1/sites/{site}/changes'],
    summary:
      'Who may not be written to any more since a list was checked, by address: to be taken out of it right before sending.',
    key: 'changes',
    query: {
      after: 'The "logSize" of the check, or the "next" of the answer before this one.',
      channel: 'email or sms.',
      program: 'Id of the program.',
    },
    answer: { type: 'application/json', schema: changesAnswer },
    problems: ['invalid-query', 'unknown-site'],
  },
  'POST /v1/sites/:site/erasures': {
    paths: ['/v1/sites/{site}/erasures'],
    summary:
      'Destroys everything private of one person, by an address or a subject, and answers with a certificate: the receipt of the erasure and the ids of the entries whose private parts are gone. Whoever holds the key is told whether anybody was known.',
    key: 'erase',
    body: erasureRequest,
    answer: { type: 'application/json', schema: erasureAnswer },
    problems: [
      'not-json',
      'not-an-erasure',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
  },
}
