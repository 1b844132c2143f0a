import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtFrom } from '../../server/inventory/built.ts'
import { differsFromBuilt, publishSite, rollbackSite } from '../../server/inventory/publish.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { anEntry } from '../storage/contract.ts'
import { serve } from '../support/serve.ts'
import { assent } from '../support/cli.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'

const LOOM = join(import.meta.dirname, '../../demo/loom/site.json')
const loom = JSON.parse(readFileSync(LOOM, 'utf8')) as SiteConfiguration

let folder: string
let ledger: TestLedger
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-built-'))
  ledger = await testLedger()
})
afterEach(async () => {
  await ledger.remove()
  rmSync(folder, { recursive: true })
})

const RENDER = `export const render = (c, { loader, view, ui }) => [
  { name: 'loader', kind: 'loader', text: loader + c.site },
  { name: 'ui', kind: 'ui', text: ui },
  ...c.languages.map(language => ({ name: 'first.' + language, kind: 'first', language, text: view + language })),
]
export const noticeFaults = () => []`

/** A built widget that says which edition it is. */
function build(edition: string) {
  writeFileSync(join(folder, 'first-layer.js'), RENDER)
  for (const name of ['loader.js', 'view.js', 'parts.js', 'ui.mjs'])
    writeFileSync(join(folder, name), `${name} ${edition} `)
  return builtFrom(pathToFileURL(`${folder}/`))
}

test('an upgrade changes nothing that is served until the site is published again, and is told apart', async () => {
  const one = await build('one')
  await publishSite(ledger, ledger.folders, one, loom)
  expect(differsFromBuilt(ledger, one, 'loom')).toBe(false)
  const served = ledger.store.current('loom')!.files
  const two = await build('two')
  expect(differsFromBuilt(ledger, two, 'loom')).toBe(true)
  expect(ledger.store.current('loom')!.files).toEqual(served)
  await publishSite(ledger, ledger.folders, two, loom)
  expect(differsFromBuilt(ledger, two, 'loom')).toBe(false)
})

test('a rollback after an upgrade serves the older bytes of the same configuration', async () => {
  await publishSite(ledger, ledger.folders, await build('one'), loom)
  const older = ledger.store.current('loom')!
  await publishSite(ledger, ledger.folders, await build('two'), loom)
  const back = await rollbackSite(ledger, 'loom')
  expect(back).toMatchObject({ ok: true, configuration: older.configuration, unchanged: false })
  expect(ledger.store.current('loom')!.files).toEqual(older.files)
})

test('rollbacks go back one version each in the order of first publication, and stop at the first', async () => {
  const one = await build('one')
  const accents = ['#111111', '#222222', '#333333']
  const publish = (accent: string) =>
    publishSite(ledger, ledger.folders, one, { ...loom, appearance: { ...loom.appearance, accent } })
  const hashes: string[] = []
  for (const accent of accents) {
    // oxlint-disable-next-line no-await-in-loop -- one version after the other
    await publish(accent)
    hashes.push(ledger.store.current('loom')!.configuration)
  }
  const back = (to?: string) => rollbackSite(ledger, 'loom', to)
  expect(await back()).toMatchObject({ version: 2, of: 3, configuration: hashes[1] })
  expect(await back()).toMatchObject({ version: 1, of: 3, configuration: hashes[0] })
  expect(await back()).toMatchObject({
    ok: false,
    detail: expect.stringContaining('serves its first version'),
  })
  expect(ledger.store.current('loom')!.configuration).toBe(hashes[0])
  // Published again, the second is still the second; and any of them can be named.
  await publish(accents[1]!)
  expect(await back()).toMatchObject({ version: 1, of: 3, configuration: hashes[0] })
  expect(await back(hashes[2]!.slice(0, 8))).toMatchObject({ version: 3, of: 3, configuration: hashes[2] })
  expect(await back()).toMatchObject({ version: 2, of: 3, configuration: hashes[1] })
})

test('a rollback reads no entry of the decisions in between', async () => {
  await publishSite(ledger, ledger.folders, await build('one'), loom)
  await publishSite(ledger, ledger.folders, await build('two'), loom)
  const between = Array.from({ length: 50 }, (_, n) => anEntry(`decision ${n}`, { site: 'loom' }))
  await ledger.store.append('loom', between)
  let read = 0
  const store = {
    ...ledger.store,
    entry: (...args: [string, number]) => (read++, ledger.store.entry(...args)),
  }
  expect(await rollbackSite({ ...ledger, store }, 'loom')).toMatchObject({ ok: true, version: 1, of: 2 })
  expect(read).toBe(0)
})

test('names of three parts come back with a rollback, each as what it is and in its language', async () => {
  const built = await build('one')
  const more = [
    { name: 'opt-in.weekly.en', kind: 'opt-in', language: 'en' },
    { name: 'notice-page.en', kind: 'notice-page', language: 'en' },
  ] as const
  const naming = (edition: string) => ({
    ...built,
    files: () => more.map(file => ({ ...file, bytes: Buffer.from(`${file.name} ${edition}`) })),
  })
  await publishSite(ledger, ledger.folders, naming('one'), loom)
  const older = ledger.store.current('loom')!
  await publishSite(ledger, ledger.folders, naming('two'), loom)
  expect(await rollbackSite(ledger, 'loom')).toMatchObject({ ok: true, unchanged: false })
  expect(ledger.store.current('loom')!.files).toEqual(older.files)
  for (const { name, kind, language } of more)
    expect(ledger.store.text('loom', older.files[name]!)).toMatchObject({ kind, language })
})

test('a missing built file is named with what to run', async () => {
  await build('one')
  rmSync(join(folder, 'view.js'))
  await expect(builtFrom(pathToFileURL(`${folder}/`))).rejects.toThrow(
    /view\.js is missing or broken: run "npm run build"/,
  )
})

test('the order of the fields in a file changes no byte of what is served', async () => {
  const built = await build('one')
  const naming = {
    ...built,
    files: (c: SiteConfiguration) => built.files({ ...c, site: JSON.stringify(Object.keys(c)) }),
  }
  await publishSite(ledger, ledger.folders, naming, loom)
  const reordered = Object.fromEntries(Object.entries(loom).toReversed()) as unknown as SiteConfiguration
  expect(await publishSite(ledger, ledger.folders, naming, reordered)).toMatchObject({ unchanged: true })
  expect(differsFromBuilt(ledger, naming, 'loom')).toBe(false)
})

test('a site published with this very version starts without a warning', async () => {
  const data = join(folder, 'data')
  expect((await assent(['site', 'publish', LOOM, '--data', data])).code).toBe(0)
  const server = await serve(data)
  await server.end()
  expect(server.lines().map(l => l['event'])).toEqual(['listening', 'stopping', 'stopped'])
})

test('a site published with what this version refuses still starts, and is told to publish again', async () => {
  const built = await build('one')
  await publishSite(ledger, ledger.folders, built, loom)
  const stricter = {
    faults: () => [{ path: 'notice.sections[0].body.en', message: 'has raw HTML' }],
    files: () => {
      throw new Error('cannot be made')
    },
  }
  expect(differsFromBuilt(ledger, stricter, 'loom')).toBe(true)
})

test('two sites never sign under one log name', async () => {
  const built = await build('one')
  await publishSite(ledger, ledger.folders, built, loom)
  expect(await publishSite(ledger, ledger.folders, built, { ...loom, site: 'loom-two' })).toMatchObject({
    ok: false,
    detail: expect.stringContaining('names the log of "loom" already') as string,
  })
  expect(ledger.store.current('loom-two')).toBeUndefined()
})
