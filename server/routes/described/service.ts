import * as z from 'zod'
import { text, unchanged, type Descriptions } from './description.ts'

const readiness = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()).describe('"ok", or what to do.'),
})

/** What is the same for every site. */
export const SERVICE: Descriptions = {
  'GET /verify': {
    paths: ['/verify'],
    summary:
      'The page that checks receipts: one file, which verifies in the browser and asks nothing of the network. The same for every site; it works as a saved file too.',
    answer: { type: 'text/html', schema: text('HTML page with its own script.') },
    also: unchanged,
    problems: ['unknown-file'],
  },
  'GET /v1/openapi.json': {
    paths: ['/v1/openapi.json'],
    summary: 'This description, for programs.',
    answer: { type: 'application/json', schema: z.looseObject({ openapi: z.string() }) },
    problems: [],
  },
  'GET /v1/api.html': {
    paths: ['/v1/api.html'],
    summary: 'The same as a page to read and to print, without scripts.',
    answer: { type: 'text/html', schema: text('HTML page without scripts.') },
    also: unchanged,
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
