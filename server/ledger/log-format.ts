import { encodeEntry, listHash } from './entry.ts'
import { integrate } from './merkle.ts'
import type { LogFormat } from './store.ts'

/** What storage is opened with: canonical JSON in the tree of RFC 6962. */
export const logFormat: LogFormat = { encodeEntry, integrate, listHash }
