import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveSite } from '../../demo/serve-site.ts'
import { withPort } from '../../demo/sites.ts'
import type { Finding } from '../../server/scan/judge.ts'
import type { Operation } from '../../server/scan/patch.ts'
import type { Seen } from '../../server/scan/seen.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { assent } from '../support/cli.ts'
import { startFixture, type Fixture } from './consent-host.ts'
import { startLeakySite, type LeakySite } from './leaky-site.ts'

const ROOT = join(import.meta.dirname, '../..')
const DEMO = join(ROOT, 'demo/loom')
const BROWSER =
  '--browser-argument=--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'

let leaky: LeakySite
let consent: Fixture
let demo: Server
let demoUrl: string
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-scan-'))
  leaky = await startLeakySite()
  consent = await startFixture()
  demo = await serveSite({
    site: 'loom',
    folder: DEMO,
    port: 0,
    host: new URL(consent.page('', {}, { host: 'consent.test' })).origin,
    snippet: readFileSync(join(ROOT, 'dist/snippet.html'), 'utf8'),
  })
  const { port } = demo.address() as AddressInfo
  demoUrl = `http://www.loom.test:${port}/`
  writeFileSync(join(folder, 'loom.json'), withPort(readFileSync(join(DEMO, 'site.json'), 'utf8'), port))
})
afterAll(() => {
  leaky?.close()
  consent?.close()
  demo?.closeAllConnections()
  demo?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly seen: readonly Seen[]
  readonly findings: readonly Finding[]
  readonly patch: readonly Operation[]
}

async function scanned(...args: string[]): Promise<Answer & { readonly code: number | null }> {
  const { code, out, err } = await assent(['scan', ...args, BROWSER, '--wait', '0.4', '--json'])
  expect(err).not.toContain('assent:')
  return { code, ...(JSON.parse(out) as Answer) }
}

test('x', async () => {
  const a = await scanned(demoUrl, '--config', join(folder, 'loom.json'), '--crawl', '3')
  console.log(a.code, JSON.stringify(a.findings, null, 1))
  console.log(a.seen.filter(s => s.kind !== 'request').map(s => JSON.stringify(s)).join('\n'))
})
