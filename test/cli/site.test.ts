import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assent } from '../support/cli.ts'
import { serve } from '../support/serve.ts'

const DEMO = join(import.meta.dirname, '../../demo/loom/site.json')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-site-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const data = () => ['--data', join(folder, 'data')]

/** The demo's configuration with changes, as a file. */
function aFile(change: (site: Record<string, unknown>) => void = () => {}): string {
  const site = JSON.parse(readFileSync(DEMO, 'utf8')) as Record<string, unknown>
  change(site)
  const file = join(folder, `site-${Math.random()}.json`)
  writeFileSync(file, JSON.stringify(site))
  return file
}

const publish = (file: string) => assent(['site', 'publish', file, ...data()])

async function listed(): Promise<
  { site: string; configuration: string; index: number; since: string; entries: number }[]
> {
  const { out } = await assent(['site', 'list', '--json', ...data()])
  return (JSON.parse(out) as { sites: Awaited<ReturnType<typeof listed>> }).sites
}

test('a configuration without faults may be published, and says so', async () => {
  expect(await assent(['site', 'check', aFile()])).toMatchObject({
    code: 0,
    out: expect.stringContaining('no faults'),
  })
})

test('every fault is named at once with its path, in words and as JSON, and publishing refuses the same', async () => {
  const file = aFile(site => {
    site['languages'] = ['en', 'xx']
    ;(site['banner'] as Record<string, string>)['reject'] = 'settings'
  })
  const words = await assent(['site', 'check', file])
  expect(words.code).toBe(1)
  expect(words.out).toMatch(/languages\[1\][\s\S]*banner\.reject must be "first-layer"/)
  const json = await assent(['site', 'check', file, '--json'])
  expect(JSON.parse(json.out)).toMatchObject({
    ok: false,
    faults: expect.arrayContaining([{ path: 'banner.reject', message: expect.any(String) }]),
  })
  const refused = await publish(file)
  expect(refused.code).toBe(1)
  expect(refused.out).toContain('banner.reject')
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('a notice section with script in it is one clear fault with its path, and is not published', async () => {
  const file = aFile(site => {
    const { sections } = site['notice'] as { sections: { body: Record<string, string> }[] }
    sections[1]!.body['de'] += '\n\n<script>alert(1)</script>'
  })
  const path = 'notice.sections[1].body.de'
  const json = JSON.parse((await assent(['site', 'check', file, '--json'])).out) as unknown
  expect(json).toEqual({
    ok: false,
    faults: [
      { path, message: expect.stringMatching(/^line \d+ has raw HTML \(<script>.*: write it in Markdown/) },
    ],
  })
  const refused = await publish(file)
  expect(refused.code).toBe(1)
  expect(refused.out).toContain(`1 fault\n  ${path} line`)
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('a file that is missing or may be read two ways is one sentence', async () => {
  expect(await assent(['site', 'check', join(folder, 'none.json')])).toMatchObject({
    code: 2,
    err: expect.stringContaining('check the path'),
  })
  writeFileSync(join(folder, 'bad.json'), '{ "site": 1, "site": 2 }')
  expect(await assent(['site', 'check', join(folder, 'bad.json')])).toMatchObject({
    code: 1,
    err: expect.stringContaining('is no JSON that reads one way only: correct it'),
  })
})

test.each([
  ['{ "site": ', 'Unexpected end of JSON input (line 1, column 11)'],
  ['{\n  "a": [1, 2,],\n  "b": [1, 2,]\n}', "Unexpected token ']' (line 2, column 14)"],
  ['{\n  "a": 1,\n}', 'Expected double-quoted property name (line 3, column 1)'],
  ['{\n  "a": 1\n  "b": 2\n}', "Expected ',' or '}' after property value (line 3, column 3)"],
  ['{}}', 'Unexpected non-whitespace character (line 1, column 3)'],
  ['// mine\n{}', "Unexpected token '/' (line 1, column 1)"],
  ['{"a": tru}', "Unexpected token '}' (line 1, column 10)"],
])('%j is no JSON, and the answer says where', async (text, reason) => {
  const file = join(folder, 'bad.json')
  writeFileSync(file, text)
  const { code, err } = await assent(['site', 'check', file])
  expect(code).toBe(1)
  expect(err).toBe(`assent: ${file} is not valid JSON: ${reason}.`)
})

test('the first publication makes the signing key, which nobody else may read', async () => {
  const { code, out } = await publish(aFile())
  expect(out).toMatch(/"loom" serves configuration [0-9a-f]{12} from now on/)
  expect(code).toBe(0)
  expect(statSync(join(folder, 'data/keys/loom.key')).mode & 0o777).toBe(0o600)
  expect(await listed()).toMatchObject([{ site: 'loom', entries: expect.any(Number) }])
})

test('publishing the same again adds nothing', async () => {
  await publish(aFile())
  const before = await listed()
  expect((await publish(aFile())).out).toContain('already serves exactly this')
  expect(await listed()).toEqual(before)
})

test("the log's name cannot change once receipts carry it", async () => {
  await publish(aFile())
  const { code, err } = await publish(aFile(site => (site['logOrigin'] = 'elsewhere.example/loom')))
  expect(code).toBe(1)
  expect(err).toContain('logOrigin must stay "consent.loom.test/loom"')
})

test('a rollback serves the version before once more, and one by its hash too', async () => {
  await publish(aFile())
  const [first] = await listed()
  await publish(aFile(site => ((site['appearance'] as Record<string, string>)['accent'] = '#112233')))
  const [second] = await listed()
  expect(second!.configuration).not.toBe(first!.configuration)

  const back = await assent(['site', 'rollback', 'loom', ...data()])
  expect(back).toMatchObject({ code: 0, out: expect.stringContaining('serves version 1 of 2') })
  const [now] = await listed()
  expect(now!.configuration).toBe(first!.configuration)
  expect(now!.index).toBeGreaterThan(second!.index)

  await assent(['site', 'rollback', 'loom', '--to', second!.configuration.slice(0, 8), ...data()])
  expect((await listed())[0]!.configuration).toBe(second!.configuration)
})

test('what cannot be rolled back says why', async () => {
  await publish(aFile())
  const only = await assent(['site', 'rollback', 'loom', ...data()])
  expect(only).toMatchObject({ code: 1, err: expect.stringContaining('has one version only') })
  const unknown = await assent(['site', 'rollback', 'loom', '--to', 'deadbeef', ...data()])
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('never published') })
  const nowhere = await assent(['site', 'rollback', 'nowhere', ...data()])
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('There is no site "nowhere"') })
})

test('a running server serves a publication of another process from the next request on', async () => {
  await publish(aFile())
  const server = await serve(join(folder, 'data'))
  const loader = async () => (await fetch(`${server.url}/s/loom/assent.js`)).text()
  const before = await loader()
  expect(before).toContain('"loom"')
  await publish(aFile(site => ((site['appearance'] as Record<string, string>)['accent'] = '#112233')))
  const after = await loader()
  expect(after).not.toBe(before)
  const first = await (await fetch(`${server.url}/s/loom/first.ar.mjs`)).text()
  expect(first).toContain('language="ar"')
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await server.end()).toBe(0)
})

test('a notice that says something new under its old date is published with one warning', async () => {
  // That nobody who speaks them has reviewed two of its languages is said each time.
  const publishing = async (file: string) => {
    const { err, ...rest } = await publish(file)
    const lines = err.split('\n').filter(line => !line.startsWith('warning: languages has '))
    return { ...rest, err: lines.join('\n') }
  }
  const revise = (date: string, words: string) =>
    aFile(site => {
      const notice = site['notice'] as { lastRevised: string; sections: { body: Record<string, string> }[] }
      notice.lastRevised = date
      notice.sections[0]!.body['de'] += words
    })
  expect(await publishing(revise('2026-11-01', ''))).toMatchObject({ code: 0, err: '' })
  const quiet = aFile(site => ((site['appearance'] as Record<string, string>)['accent'] = '#112233'))
  expect(await publishing(quiet)).toMatchObject({ code: 0, err: '' })
  expect(await publishing(revise('2026-11-01', ' Neu.'))).toMatchObject({
    code: 0,
    out: expect.stringContaining('from now on'),
    err: 'warning: notice.lastRevised is still 2026-11-01, and the notice says something new: write the day of the change, and publish again',
  })
  expect(await publishing(revise('2026-11-02', ' Neuer.'))).toMatchObject({ code: 0, err: '' })
  const today = new Date().toISOString().slice(0, 10)
  for (const words of [' Heute.', ' Heute noch einmal.'])
    // oxlint-disable-next-line no-await-in-loop -- the second after the first
    expect(await publishing(revise(today, words))).toMatchObject({ code: 0, err: '' })
  const json = await assent(['site', 'publish', revise('2026-11-02', ' Am neuesten.'), '--json', ...data()])
  expect(json).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(json.out)).toMatchObject({
    ok: true,
    site: 'loom',
    unchanged: false,
    warnings: [
      { path: 'languages', message: expect.stringContaining('German and Arabic') },
      { path: 'notice.lastRevised', message: expect.stringContaining('is still 2026-11-02') },
    ],
  })
  const faulty = await assent(['site', 'publish', aFile(site => delete site['name']), '--json', ...data()])
  expect(faulty.code).toBe(1)
  expect(JSON.parse(faulty.out)).toMatchObject({ ok: false, faults: [{ path: 'name' }] })
})

test('the snippet is printed with server and site key, and for a site that is published only', async () => {
  await publish(aFile())
  const snippet = (...args: string[]) =>
    assent(['site', 'snippet', ...args, ...data()], {
      ASSENT_URL: 'https://consent.loom.example',
      ASSENT_TRUSTED_PROXIES: '127.0.0.1',
    })
  const { code, out, err } = await snippet('loom')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^<script>.*https:\/\/consent\.loom\.example\/s\/loom\/.*<\/script>$/)
  expect(out).not.toMatch(/__SITE__|__HOST__/)
  const elsewhere = await snippet('loom', '--server', 'http://localhost:9000')
  expect(elsewhere.out).toBe(out.replaceAll('https://consent.loom.example', 'http://localhost:9000'))
  expect(await snippet('nowhere')).toEqual({
    code: 1,
    out: '',
    err: 'assent: There is no site "nowhere": "assent site list" names them.',
  })
  expect(await snippet('loom', '--server', 'consent.example/x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--server takes the address browsers use'),
  })
})

test('the JSON Schema is printed for editors', async () => {
  const { out } = await assent(['site', 'schema'])
  expect(JSON.parse(out)).toMatchObject({ title: 'Assent site configuration', properties: { site: {} } })
})

test('a folder without a ledger is named, and none is made', async () => {
  const { code, err } = await assent(['site', 'list', ...data()])
  expect(code).toBe(1)
  expect(err).toContain('There is no ledger in')
  expect(existsSync(join(folder, 'data'))).toBe(false)
})
