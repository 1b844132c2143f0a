import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { ConfigurationPublishedEntry, TextPublishedEntry } from '../../shared/domain/entry.ts'
import type { PublicationFiles, TextKind } from '../../shared/domain/publication.ts'
import { contentHash } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { onceAppended } from './repeated.ts'
import type { Publication, NewEntry } from './store.ts'

export interface RenderedFile {
  /** `loader`, `ui`, `first.en`, … */
  readonly name: string
  readonly kind: TextKind
  readonly language?: string
  readonly bytes: Uint8Array
}

export interface PublicationAnswer {
  /** Hash of the configuration. */
  readonly configuration: string
  readonly index: number
  /** The current publication already was exactly this: nothing was appended. */
  readonly unchanged: boolean
  readonly newTexts: number
}

/** From here on these bytes are served under these names. The site's signing key must exist (`openSigner`). */
export async function appendPublication(
  ledger: Ledger,
  site: string,
  /** Canonical JSON (RFC 8785). */
  configuration: Uint8Array,
  files: readonly RenderedFile[],
): Promise<PublicationAnswer> {
  requireCanonical(site, configuration)
  // A log without its key could never prove anything: better to hear it before the first entry.
  ledger.signer(site)

  const hash = contentHash(configuration)
  const names = Object.fromEntries(files.map(file => [file.name, contentHash(file.bytes)]))
  const current = ledger.store.current(site)
  if (current && isSame(current, hash, names))
    return { configuration: hash, index: current.index, unchanged: true, newTexts: 0 }

  const receivedAt = ledger.now()
  const texts = [
    textPublished(site, receivedAt, { kind: 'configuration', bytes: configuration }),
    ...files.map(file => textPublished(site, receivedAt, file)),
  ]
  const publication = configurationPublished(site, receivedAt, hash, names, current)
  const appended = await ledger.store.append(site, [...texts, publication])
  const answer = onceAppended(publication, appended.at(-1)!)
  if ('refused' in answer)
    throw new Error(`couldn't publish ${hash}: ${publication.entry.id} names another publication`)
  return {
    configuration: hash,
    index: answer.index,
    unchanged: answer.duplicate,
    // The same bytes may come again as another language's: what was first published stands, and the bytes are there.
    newTexts: appended.slice(0, -1).filter(a => 'index' in a).length,
  }
}

function requireCanonical(site: string, configuration: Uint8Array): void {
  const text = Buffer.from(configuration).toString()
  const value = JSON.parse(text) as { site?: unknown }
  if (canonicalJson(value) !== text)
    throw new Error('a configuration is published as canonical JSON (RFC 8785)')
  if (value.site !== site)
    throw new Error(`the configuration is of site "${String(value.site)}", not "${site}"`)
}

function isSame(current: Publication, configuration: string, files: PublicationFiles): boolean {
  return current.configuration === configuration && canonicalJson(current.files) === canonicalJson(files)
}

function textPublished(
  site: string,
  receivedAt: number,
  { kind, language, bytes }: Omit<RenderedFile, 'name'>,
): NewEntry {
  const text = contentHash(bytes)
  const part = { type: 'text-published', text, kind, ...(language !== undefined && { language }) } as const
  const entry: TextPublishedEntry = {
    v: 1,
    site,
    id: `text:${text}`,
    receivedAt,
    sent: contentHash(canonicalJson(part)),
    ...part,
  }
  return { entry, body: bytes }
}

function configurationPublished(
  site: string,
  receivedAt: number,
  configuration: string,
  files: PublicationFiles,
  current: Publication | undefined,
): NewEntry {
  const part = { type: 'configuration-published', configuration, files } as const
  const sent = contentHash(canonicalJson(part))
  // Two processes publishing the same over the same predecessor publish it once; a rollback is a new publication.
  const id = `${current ? `publication:${current.index}` : FIRST}:${sent}`
  const entry: ConfigurationPublishedEntry = { v: 1, site, id, receivedAt, sent, ...part }
  return { entry }
}

const FIRST = 'publication:first'

/** Nothing but a site's first publication: the only log that may never have been signed. */
export const isFirstPublication = (lastId: string | undefined): boolean =>
  lastId?.startsWith(`${FIRST}:`) === true
