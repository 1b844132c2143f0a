import * as z from 'zod'
import { receiptSchema } from '../../../shared/schemas/receipt.ts'
import type { ProblemSlug } from '../../middleware/problem.ts'
import { text, unchanged, type Descriptions } from './description.ts'

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
/** Of each form of the preference page what it sends. */
const preferencesForm = z.object({
  token: z.string().describe('Of the link; the page holds it. Only "other" and "link" need none.'),
  id: z.string(),
  configuration: z.string(),
  text: z.string(),
  stop: z.string().optional().describe('A program, or * for everything on this channel.'),
  start: z.string().optional().describe('A program, with yes=yes.'),
  yes: z.literal('yes').optional(),
  'of-age': z.literal('yes').optional(),
  move: z.literal('yes').optional().describe('With new-address, and move.<program>=yes for each box ticked.'),
  'new-address': z.string().optional(),
  other: z.literal('yes').optional().describe('With other-address.'),
  'other-address': z.string().optional(),
  link: z
    .literal('yes')
    .optional()
    .describe('With link-address: the link to its page is sent there, if it is known.'),
  'link-address': z.string().optional(),
})
const oneClickForm = z.object({
  'List-Unsubscribe': z.literal('One-Click').describe('Also as multipart/form-data (RFC 8058).'),
})
const ofPreferences = {
  query: {
    token: 'Of the link that was sent to an address; without it the page only stops, and sends links.',
  },
  optional: ['token'],
}
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

/** What people open, with scripts or without. */
export const PAGES: Descriptions = {
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
  'GET /s/:site/:page{confirm\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/confirm.{language}.html'],
    summary:
      'Where the link of a double opt-in leads: what is to be confirmed, and one button. Opening it writes nothing, however often.',
    query: { token: 'Of the link.' },
    answer: page,
    also: { 404: 'The link expired, was used, or never was one: the page says so.' },
    problems: ['unknown-site', 'unknown-file'],
    refusalPage: true,
  },
  'POST /s/:site/:page{confirm\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/confirm.{language}.html'],
    summary: 'Its button: confirms what the page showed, once; pressed again, it says that it is done.',
    query: { token: 'Of the link.' },
    form: z.object({ request: z.string().describe('Receipt number of the sign-up that was shown.') }),
    answer: page,
    also: { 404: 'The link expired, was used, or never was one: the page says so.' },
    problems: [
      'unknown-site',
      'unknown-file',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
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
  'GET /s/:site/preferences': {
    paths: ['/s/{site}/preferences'],
    summary:
      'What one address gets, by the link that was sent there, in the language that fits best; opening it stores nothing.',
    ...ofPreferences,
    answer: page,
    problems: ['unknown-site', 'unknown-file', 'unknown-link'],
    refusalPage: true,
  },
  'POST /s/:site/preferences': {
    paths: ['/s/{site}/preferences'],
    summary:
      'One of its forms: stops everything or one program, starts one, changes the address, stops another one.',
    form: preferencesForm,
    answer: page,
    problems: [...ownPageOnly, 'unknown-link'],
    refusalPage: true,
  },
  'GET /s/:site/:page{preferences\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/preferences.{language}.html'],
    summary: 'The same in a language of its own.',
    ...ofPreferences,
    answer: page,
    problems: ['unknown-site', 'unknown-file', 'unknown-link'],
    refusalPage: true,
  },
  'POST /s/:site/:page{preferences\\.[A-Za-z0-9-]{1,35}\\.html}': {
    paths: ['/s/{site}/preferences.{language}.html'],
    summary: 'Its forms.',
    form: preferencesForm,
    answer: page,
    problems: [...ownPageOnly, 'unknown-link'],
    refusalPage: true,
  },
  'GET /s/:site/:file{receipt\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json}': {
    paths: ['/s/{site}/receipt.{id}.json'],
    summary: 'The receipt of one entry of the address that the link to its page was sent to.',
    audience: 'people',
    query: { token: 'Of that link.' },
    answer: { type: 'application/json', schema: receiptSchema },
    problems: ['unknown-site', 'unknown-receipt', 'log-suspended', 'rate-limited'],
  },
  'GET /s/:site/:link{u\\.[A-Za-z0-9_-]{1,120}}': {
    paths: ['/s/{site}/u.{token}'],
    summary:
      'Where the List-Unsubscribe header leads: a page with one button, the other programs, and everything. Opening it stores nothing.',
    answer: page,
    problems: ['unknown-site', 'unknown-file', 'unknown-link'],
    refusalPage: true,
  },
  'POST /s/:site/:link{u\\.[A-Za-z0-9_-]{1,120}}': {
    paths: ['/s/{site}/u.{token}'],
    summary:
      'One click (RFC 8058): ends the program of the link, and is on disk before it is answered. From anywhere, without a cookie, as often as it comes.',
    audience: 'people',
    form: oneClickForm,
    answer: { type: 'text/plain', schema: text('"Stopped."; who takes text/html gets the page.') },
    problems: [
      'not-one-click',
      'bad-request',
      'unknown-site',
      'unknown-file',
      'unknown-link',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
      'rate-limited',
    ],
    refusalPage: true,
  },
}
