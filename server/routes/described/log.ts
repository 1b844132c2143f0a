import * as z from 'zod'
import { logKeysSchema } from '../../../shared/schemas/log-keys.ts'
import { text, type Descriptions } from './description.ts'

/** What anybody may ask of a log, and auditors of its entries. */
export const LOG: Descriptions = {
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
}
