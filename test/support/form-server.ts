import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createListener } from '../../server/app.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import type { LimitSettings } from '../../server/middleware/rate-limit.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { APP_SETTINGS } from './app.ts'
import { testLedger, type TestLedger } from './ledger.ts'

const ROOT = join(import.meta.dirname, '../..')
const loom = JSON.parse(readFileSync(join(ROOT, 'demo/loom/site.json'), 'utf8')) as SiteConfiguration

/** The server over HTTP in this process, so that a test can be in its way: a log suspended, storage that fails. */
export interface FormServer {
  readonly origin: string
  readonly ledger: TestLedger
  readonly suspended: Set<string>
  /** Publishes loom with programs made of its own. */
  publish(change?: (program: Program) => readonly Program[]): Promise<void>
  close(): Promise<void>
}

/** The clock stands still, so that limits fill again only when a test moves it. */
export async function startForms(limits: LimitSettings = APP_SETTINGS.limits): Promise<FormServer> {
  const ledger = await testLedger()
  const built = await builtFrom(pathToFileURL(`${join(ROOT, 'dist')}/`))
  const publish: FormServer['publish'] = async (change = program => [program]) => {
    const configuration = { ...loom, programs: loom.programs.flatMap(change) }
    const published = await publishSite(ledger, ledger.folders, built, configuration)
    if (!published.ok) throw new Error(published.detail)
  }
  await publish()
  const suspended = new Set<string>()
  const quiet = (): void => {}
  const listener = createListener({
    ...APP_SETTINGS,
    ledger,
    suspended,
    limits,
    log: { info: quiet, warn: quiet, error: quiet },
    newId: randomUUID,
  })
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    ledger,
    suspended,
    publish,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
      await ledger.remove()
    },
  }
}
