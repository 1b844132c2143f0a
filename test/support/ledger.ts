import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { logFormat } from '../../server/ledger/log-format.ts'
import { appendPublication, type PublicationAnswer, type RenderedFile } from '../../server/ledger/publish.ts'
import { signersIn, type SignerFolders } from '../../server/ledger/signer.ts'
import { openSigner } from '../../server/ledger/signing-keys.ts'
import { openStorage, type Storage } from '../../server/storage/open.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { localKey } from '../../server/subjects/local-key.ts'

/** 2026-11-22T08:00:00Z */
export const TEST_TIME = 1_795_334_400_000

export const TEST_MASTER_KEY = Buffer.alloc(32, 7)
export const TEST_KEY_PROVIDER = localKey(() => TEST_MASTER_KEY)

export interface TestLedger extends Ledger {
  readonly folder: string
  readonly folders: SignerFolders
  /** Folder of what is kept of erasures outside the database. */
  readonly erasures: string
  readonly storage: Storage
  /** Moves the fixed clock. */
  advance(milliseconds: number): void
  /** Closes it and removes its folder. */
  remove(): Promise<void>
}

/** A real ledger in a temporary folder of its own, with a clock that stands still. */
export async function testLedger(folder = mkdtempSync(join(tmpdir(), 'assent-'))): Promise<TestLedger> {
  const folders = foldersIn(folder)
  const storage = await openStorage({ folder, keyProvider: TEST_KEY_PROVIDER, format: logFormat })
  let time = TEST_TIME
  return {
    folder,
    folders,
    erasures: join(folder, 'erasures'),
    storage,
    store: storage.ledgerStore,
    keys: storage.subjectKeys,
    blindIndex: openBlindIndex(storage.blindRoot),
    signer: signersIn({ folders, store: storage.ledgerStore, now: () => time }),
    now: () => time,
    advance: milliseconds => void (time += milliseconds),
    remove: async () => {
      await storage.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const foldersIn = (folder: string): SignerFolders => ({
  keys: join(folder, 'keys'),
  checkpoints: join(folder, 'checkpoints'),
})

const PURPOSES = [
  { id: 'necessary', kind: 'necessary' },
  { id: 'analytics', kind: 'analytics' },
  { id: 'marketing', kind: 'marketing', gpc: true },
  { id: 'letters', kind: 'messages' },
]

/** As much of a configuration as the ledger reads. */
export const aConfiguration = (site: string, changes: Record<string, unknown> = {}): Buffer =>
  Buffer.from(
    canonicalJson({
      site,
      logOrigin: `log.test/${site}`,
      purposes: PURPOSES,
      origins: [],
      services: [],
      programs: [],
      regimes: { default: 'opt-in', rules: [] },
      choice: { expiresAfterDays: 180 },
      ...changes,
    }),
  )

/** Every file a publication has, in two languages. `edition` makes other bytes of them all. */
export const someFiles = (edition = 'one'): RenderedFile[] => [
  { name: 'loader', kind: 'loader', bytes: Buffer.from(`loader ${edition}`) },
  { name: 'ui', kind: 'ui', bytes: Buffer.from(`ui ${edition}`) },
  ...['en', 'de'].flatMap(language =>
    (['first', 'settings', 'embed', 'notice', 'notice-page', 'notice-versions'] as const).map(kind => ({
      name: `${kind}.${language}`,
      kind,
      language,
      bytes: Buffer.from(`${kind} ${language} ${edition}`),
    })),
  ),
]

/** Publishes a site, making its signing key when it is new. */
export async function publishSite(
  ledger: Ledger & Pick<TestLedger, 'folders'>,
  site: string,
  { configuration = aConfiguration(site), files = someFiles() } = {},
): Promise<PublicationAnswer> {
  openSigner(ledger.folders, site, { origin: `log.test/${site}`, size: ledger.store.log(site).size })
  const answer = await appendPublication(ledger, site, configuration, files)
  checkpoint(ledger, site)
  return answer
}
