import type { Erased } from './erase.ts'

/** What is said of an erasure as JSON, by the API and by the command line. */
export const erasedAnswer = ({ entry, index, duplicate, settled }: Erased) => ({
  erased: true,
  id: entry.id,
  index,
  subject: entry.subject,
  receivedAt: new Date(entry.receivedAt).toISOString(),
  parts: entry.parts,
  duplicate,
  settled,
})
