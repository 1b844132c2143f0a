import * as z from 'zod'
import { batchAnswer, describedBatch, historyAnswer } from '../../shared/schemas/decision.ts'
import {
  describedOptIns,
  describedOptOuts,
  optInAnswer,
  optOutAnswer,
  statusAnswer,
} from '../../shared/schemas/marketing.ts'
import { logKeysSchema } from '../../shared/schemas/log-keys.ts'
import { erasureAnswer, erasureRequest } from '../../shared/schemas/erasure.ts'
import { receiptSchema } from '../../shared/schemas/receipt.ts'
import type { Scope } from '../operators/api-keys.ts'
import type { ProblemSlug } from '../middleware/problem.ts'
import { DESCRIBED_MOMENTS } from './moments.ts'

/** What one route promises; the same schemas check its real answers in the tests. */
export interface Description {
  /** Addresses in OpenAPI's spelling; one route may stand for several. */
  readonly paths: readonly string[]
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  /** The query's members one may leave out. */
  readonly optional?: readonly string[]
  readonly secret?: 'needed' | 'may be needed'
  /** The scope an API key needs here; what it may be refused with is not said again in `problems`. */
  readonly key?: Scope
  /** A page of the site needs no key. */
  readonly orPage?: true
  readonly body?: z.ZodType
  /** Sent by a page without scripts, so url-encoded. */
  readonly form?: z.ZodType
  /** Of status 200. */
  readonly answer: { readonly type: string; readonly schema: z.ZodType }
  /** Further statuses without a body of their own. */
  readonly also?: Readonly<Record<number, string>>
  /** Every answer of these statuses carries JSON of this schema instead of a problem. */
  readonly otherJson?: Readonly<Record<number, z.ZodType>>
  readonly problems: readonly ProblemSlug[]
  /** Who takes `text/html` is refused with a page instead of a problem. */
  readonly refusalPage?: true
}

const text = (what: string) => z.string().describe(what)
const javascript = { type: 'text/javascript', schema: text('JavaScript module.') }
const page = { type: 'text/html', schema: text('HTML page without scripts.') }
/** Fields of the pages without scripts; the server mints the ids when it sends the page. */
const optInForm = z.object({
  email: z.literal('yes').optional(),
  'email-address': z.string(),
  'email-id': z.string(),
  sms: z.literal('yes').optional(),
  'sms-address': z.string(),
  'sms-id': z.string(),
  'of-age': z.literal('yes').optional(),
  configuration: z.string(),
  text: z.string(),
})
const optOutForm = optInForm.pick({
  'email-address': true,
  'email-id': true,
  'sms-address': true,
  'sms-id': true,
})
const ownPageOnly: readonly ProblemSlug[] = [
  'origin-missing',
  'origin-not-allowed',
  'unknown-site',
  'unknown-file',
  'body-too-large',
  'unsupported-type',
  'log-suspended',
  'rate-limited',
]
const readiness = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()).describe('"ok", or what to do.'),
})
const unchanged = { 304: 'You have it already.' }

/** Every route of the app, by its method and path there. */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  'GET /s/:site/assent.js': {
    paths: ['/s/{site}/assent.js'],
    summary: "The loader with the site's configuration.",
    answer: javascript,
    also: unchanged,
    problems: ['unknown-site'],
  },
  'GET /s/:site/:file{(?:first|settings|embed|notice|opt-out|opt-in-[a-z][a-z0-9-]{0,31})\\.[A-Za-z0-9-]{1,35}\\.mjs}':
    {
      paths: ['/s/{site}/{view}.{language}.mjs', '/s/{site}/opt-in-{program}.{language}.mjs'],
      summary:
        'A view in the language that fits best; it exports the hash a decision made on it names. With ?c=, the beginning of the hash of a configuration: as it was last published with that one, if it ever was.',
      answer: javascript,
      also: unchanged,
      problems: ['unknown-site', 'unknown-file'],
    },
  'GET /s/:site/:file{(?:(?:first|settings|embed|notice|opt-out|opt-in\\.[a-z][a-z0-9-]{0,31})\\.[A-Za-z0-9-]{1,35}|ui)\\.[0-9a-f]{64}\\.mjs}':
    {
      paths: [
        '/s/{site}/{view}.{language}.{hash}.mjs',
        '/s/{site}/opt-in.{program}.{language}.{hash}.mjs',
        '/s/{site}/ui.{hash}.mjs',
      ],
      summary: 'Any view ever published, byte for byte.',
      answer: javascript,
      also: unchanged,
      problems: ['unknown-site', 'unknown-file'],
    },
  'GET /s/:site/notice': {
    paths: ['/s/{site}/notice'],
    summary: 'The privacy notice as a page without scripts, in the language that fits best.',
    answer: page,
    also: unchanged,
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'GET /s/:site/:file{notice\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/notice.{language}.html'],
    summary: 'The same in a language of its own; in the one that fits best when the site has not this one.',
    answer: page,
    also: unchanged,
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'GET /s/:site/:file{notice\\.[A-Za-z0-9-]{1,35}\\.[0-9a-f]{64}\\.html}': {
    paths: ['/s/{site}/notice.{language}.{hash}.html'],
    summary: 'Any privacy notice ever published, byte for byte.',
    answer: page,
    also: unchanged,
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'GET /s/:site/:file{notice-versions\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/notice-versions.{language}.html'],
    summary: 'Every published version of the privacy notice in one language with its date, the newest first.',
    answer: page,
    also: unchanged,
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'GET /s/:site/:page{opt-in\\.[a-z][a-z0-9-]{0,31}\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/opt-in.{program}.{language}.html'],
    summary: 'The opt-in of a program as a page without scripts; opening it stores nothing.',
    answer: page,
    problems: ['unknown-site', 'unknown-file', 'program-closed'],
    refusalPage: true,
  },
  'POST /s/:site/:page{opt-in\\.[a-z][a-z0-9-]{0,31}\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/opt-in.{program}.{language}.html'],
    summary:
      'Its form, taken from the page itself only; answered by the page, which says what was recorded or is wrong.',
    form: optInForm,
    answer: page,
    problems: [...ownPageOnly, 'program-closed'],
    refusalPage: true,
  },
  'GET /s/:site/:page{opt-out\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/opt-out.{language}.html'],
    summary: 'The opt-out as a page without scripts; opening it stores nothing.',
    answer: page,
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'POST /s/:site/:page{opt-out\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/opt-out.{language}.html'],
    summary:
      'Its form: every program of the channels whose address is given ends for it, whether it was known or not.',
    form: optOutForm,
    answer: page,
    problems: ownPageOnly,
    refusalPage: true,
  },
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
    problems: ['secret-missing', 'invalid-query', 'unknown-site'],
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
  'GET /v1/sites/:site/status': {
    paths: ['/v1/sites/{site}/status'],
    summary:
      'Whether an address may be written to. Only "send" is a yes; what is unknown is "block", with status 200.',
    key: 'status',
    query: {
      channel: 'email or sms.',
      address: 'In any spelling; percent-encoded.',
      program: 'Id of the program.',
      ...DESCRIBED_MOMENTS,
      at: 'Older name of asOf.',
    },
    optional: ['asOf', 'knownAsOf', 'at'],
    answer: { type: 'application/json', schema: statusAnswer },
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
  'GET /verify': {
    paths: ['/verify'],
    summary:
      'The page that checks receipts: one file, which verifies in the browser and asks nothing of the network. The same for every site; it works as a saved file too.',
    answer: { type: 'text/html', schema: text('HTML page with its own script.') },
    also: unchanged,
    problems: ['unknown-file'],
  },
  'GET /log/:site/checkpoint': {
    paths: ['/log/{site}/checkpoint'],
    summary: "The last signed state of the site's log, with the cosignatures it has so far.",
    answer: { type: 'text/plain', schema: text('Signed note (C2SP tlog-checkpoint).') },
    problems: ['unknown-log', 'log-suspended'],
  },
  'GET /log/:site/witnessed': {
    paths: ['/log/{site}/witnessed'],
    summary: 'The newest state of the log that a witness has cosigned (C2SP tlog-cosignature).',
    answer: { type: 'text/plain', schema: text('Signed note with cosignatures behind it.') },
    problems: ['unknown-log', 'not-witnessed'],
  },
  'GET /log/:site/vkey': {
    paths: ['/log/{site}/vkey'],
    summary: "The key that checks the log's checkpoints now.",
    answer: { type: 'text/plain', schema: text('C2SP verifier key.') },
    problems: ['unknown-log'],
  },
  'GET /log/:site/keys': {
    paths: ['/log/{site}/keys'],
    summary: 'Every key the log ever had: which checkpoints count under each, and which was compromised.',
    answer: { type: 'application/json', schema: logKeysSchema },
    problems: ['unknown-log'],
  },
  'GET /log/:site/tile/entries/:bundle{.+}': {
    paths: ['/log/{site}/tile/entries/{bundle}'],
    summary:
      'A bundle of 256 entries, or with .p/<width> of its first ones (C2SP tlog-tiles); "bundle" holds slashes, such as x001/234.p/17.',
    key: 'audit',
    answer: {
      type: 'application/octet-stream',
      schema: text('Entries, each after its length in two bytes, big-endian.'),
    },
    problems: ['unknown-log', 'unknown-tile'],
  },
  'GET /log/:site/tile/:tile{.+}': {
    paths: ['/log/{site}/tile/{tile}'],
    summary:
      'A tile of 256 hashes of the tree, or with .p/<width> of its first ones (C2SP tlog-tiles); "tile" is its level and index with slashes, such as 0/x001/234.p/17.',
    answer: { type: 'application/octet-stream', schema: text('Hashes of 32 bytes, one after the other.') },
    problems: ['unknown-log', 'unknown-tile'],
  },
  'GET /log/:site/proof': {
    paths: ['/log/{site}/proof'],
    summary:
      'Proof that an entry is in the tree of a given size (RFC 6962), at most that of the last checkpoint.',
    query: { index: 'Index of the entry.', size: 'Size of the tree.' },
    answer: {
      type: 'application/json',
      schema: z.strictObject({ index: z.int(), size: z.int(), hashes: z.array(z.base64()) }),
    },
    problems: ['unknown-log', 'invalid-query'],
  },
  'GET /log/:site/consistency': {
    paths: ['/log/{site}/consistency'],
    summary:
      'Proof that the tree of size "to" extends the tree of size "from" (RFC 6962). Every tree extends itself and the empty one with nothing to prove: with from=to or from=0 there are no hashes. Sizes are at most that of the last checkpoint.',
    query: { from: 'Size of the earlier tree.', to: 'Size of the later tree.' },
    answer: {
      type: 'application/json',
      schema: z.strictObject({ from: z.int(), to: z.int(), hashes: z.array(z.base64()) }),
    },
    problems: ['unknown-log', 'invalid-query'],
  },
  'GET /v1/openapi.json': {
    paths: ['/v1/openapi.json'],
    summary: 'This description.',
    answer: { type: 'application/json', schema: z.looseObject({ openapi: z.string() }) },
    problems: [],
  },
  'GET /v1/site-configuration.schema.json': {
    paths: ['/v1/site-configuration.schema.json'],
    summary: "JSON Schema of a site's configuration, for editors.",
    answer: { type: 'application/schema+json', schema: z.looseObject({ title: z.string() }) },
    problems: [],
  },
  'GET /healthz': {
    paths: ['/healthz'],
    summary: 'The process lives and the database answers.',
    answer: { type: 'application/json', schema: z.strictObject({ status: z.literal('ok') }) },
    problems: [],
  },
  'GET /readyz': {
    paths: ['/readyz'],
    summary:
      'Sites, keys, built files and checkpoints are in order, every log may grow, and no witness contradicts one.',
    answer: { type: 'application/json', schema: readiness },
    otherJson: { 503: readiness },
    problems: [],
  },
}

/**
 * A method the address does not answer is refused on every one of them; so it is not said of each. Nor is what nobody
 * sees who comes over https.
 */
export const UNDESCRIBED: readonly ProblemSlug[] = [
  'unknown-route',
  'method-not-allowed',
  'bad-request',
  'untrusted-proxy',
  'https-required',
]

/** What any route may answer, so that it is said once. */
export const EVERYWHERE: readonly ProblemSlug[] = ['unexpected-fault', 'storage-unavailable']
