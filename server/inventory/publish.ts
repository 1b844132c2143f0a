import { createHash } from 'node:crypto'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { AsksAgain, Changed, Declared } from '../../shared/domain/material-change.ts'
import type { PublicationFiles, TextKind } from '../../shared/domain/publication.ts'
import { TEXT_KINDS } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendPublication, type PublicationAnswer, type RenderedFile } from '../ledger/publish.ts'
import type { SignerFolders } from '../ledger/signer.ts'
import { openSigner } from '../ledger/signing-keys.ts'
import type { Publication } from '../ledger/store.ts'
import type { Built } from './built.ts'
import { comparedWithServed, keptAsksAgain } from './asks-again.ts'
import { readConfiguration } from './current.ts'
import { noticeIsUnrevised } from './notice-version.ts'

export type Published =
  | ({
      readonly ok: true
      /** The notice says something new under its old date. */
      readonly noticeIsUnrevised: boolean
      /** What is another about purposes, and what is asked again from now on. */
      readonly changed: readonly Changed[]
      readonly again: AsksAgain | undefined
    } & PublicationAnswer)
  | Refused
interface Refused {
  readonly ok: false
  /** What is in the way, and what to do. */
  readonly detail: string
}

/** Compiles a valid configuration and makes it what visitors get from now on. The first time, the site's key is made. */
export async function publishSite(
  ledger: Ledger,
  folders: SignerFolders,
  built: Built,
  configuration: SiteConfiguration,
  declared: Declared = {},
): Promise<Published> {
  const { site, logOrigin } = configuration
  const namesake = ledger.store
    .sites()
    .find(other => other !== site && ledger.signer(other).name === logOrigin)
  if (namesake !== undefined)
    return {
      ok: false,
      detail: `logOrigin "${logOrigin}" names the log of "${namesake}" already: give "${site}" a name of its own, which it keeps for ever.`,
    }
  openSigner(folders, site, { origin: logOrigin, size: ledger.store.size(site) })
  const signer = ledger.signer(site)
  if (signer.name !== logOrigin)
    return {
      ok: false,
      detail: `logOrigin must stay "${signer.name}": whoever holds a receipt knows the log of "${site}" by this name.`,
    }
  const canonical = canonicalJson(configuration)
  // Rendered from the canonical form, as it will be read back: the order of a file's fields must not show in the bytes.
  const { found, again } = comparedWithServed(ledger.store, configuration, declared, ledger.now())
  const files = built.files(JSON.parse(canonical) as SiteConfiguration, again)
  const unrevised = noticeIsUnrevised(ledger.store, configuration, files)
  const answer = await append(ledger, site, new TextEncoder().encode(canonical), files)
  return { ok: true, ...answer, noticeIsUnrevised: unrevised, changed: found, again }
}

export type RolledBack =
  | ({
      readonly ok: true
      /** Counted from 1, in the order in which the site's versions were first published. */
      readonly version: number
      readonly of: number
    } & PublicationAnswer)
  | Refused

/**
 * Publishes an older version once more, byte for byte: the one whose hash begins with `to`, or the one that was first
 * published before the one that is served, so that doing it again goes one further back.
 */
export async function rollbackSite(ledger: Ledger, site: string, to?: string): Promise<RolledBack> {
  const current = ledger.store.current(site)
  if (!current) return { ok: false, detail: `There is no site "${site}": "assent site list" names them.` }
  const versions = versionsIn(ledger.store.publications(site))
  const from = to === undefined ? current : ledger.store.current(site, to)
  if (!from)
    return {
      ok: false,
      detail: `"${site}" never published a configuration ${to}: entries and receipts name those it did.`,
    }
  const version = versions.findIndex(one => isSameVersion(one, from)) + (to === undefined ? 0 : 1)
  const older = versions[version - 1]
  if (!older)
    return {
      ok: false,
      detail:
        versions.length === 1
          ? `"${site}" has one version only: there is nothing to go back to.`
          : `"${site}" serves its first version: there is nothing before it, and --to goes to any other.`,
    }
  const bytes = textOf(ledger, site, older.configuration)
  const files = Object.entries(older.files).map(([name, hash]) => fileOf(name, textOf(ledger, site, hash)))
  return { ok: true, ...(await append(ledger, site, bytes, files)), version, of: versions.length }
}

/** Signed at once: from its first publication on, no log is without a checkpoint. */
async function append(
  ledger: Ledger,
  site: string,
  configuration: Uint8Array,
  files: readonly RenderedFile[],
): Promise<PublicationAnswer> {
  requireContinuity(ledger, site)
  const answer = await appendPublication(ledger, site, configuration, files)
  checkpoint(ledger, site)
  return answer
}

/** Each version once, where it first came: publishing it again made no other one of it. */
function versionsIn(publications: readonly Publication[]): Publication[] {
  return publications.filter((one, i) => publications.findIndex(other => isSameVersion(one, other)) === i)
}

const isSameVersion = (a: Publication, b: Publication): boolean =>
  a.configuration === b.configuration && sameFiles(a.files, b.files)

function sameFiles(a: PublicationFiles, b: PublicationFiles): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every(name => a[name] === b[name])
}

function textOf(ledger: Ledger, site: string, hash: string): Uint8Array {
  const text = ledger.store.text(site, hash)
  if (!text)
    throw new Error(`couldn't find the bytes of ${hash} in the ledger of "${site}": run "assent verify"`)
  return text.body
}

/** `first.en` → a first layer in English: the name says what it is, and last in which language. */
function fileOf(name: string, bytes: Uint8Array): RenderedFile {
  const [kind, ...rest] = name.split('.')
  // `loader.0` is one by region.
  const language = kind === 'loader' || kind === 'parts' ? undefined : rest.at(-1)
  if (!isTextKind(kind)) throw new Error(`couldn't publish "${name}": it is of no known kind`)
  return { name, kind, ...(language !== undefined && { language }), bytes }
}

const isTextKind = (kind: string | undefined): kind is TextKind => TEXT_KINDS.some(known => known === kind)

/** The current version of Assent would make other files of this site's configuration than it serves. */
export function differsFromBuilt(ledger: Ledger, built: Built, site: string): boolean {
  const current = ledger.store.current(site)
  if (!current) return false
  const configuration = readConfiguration(ledger.store, site, current.configuration)
  // Published by a version of Assent that took what this one refuses: it cannot be made again.
  if (built.faults(configuration).length > 0) return true
  const again = keptAsksAgain(ledger.store, site, current.files)
  const made = built.files(configuration, again).map(({ name, bytes }) => [name, sha256(bytes)])
  return !sameFiles(Object.fromEntries(made), current.files)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
