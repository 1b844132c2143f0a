import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { firstSite } from '../server/inventory/first-site.ts'
import { WITNESSED } from '../shared/domain/witnessed.ts'
import { collectionPointsAnswer } from '../shared/schemas/consents.ts'
import { assent, assentProcess } from './support/cli.ts'
import { CLI, serve, withoutAssent } from './support/serve.ts'

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

test('what holds with and without a witness is said there in the words people read elsewhere', () => {
  const text = README.replaceAll(/\s+/g, ' ')
  for (const sentence of Object.values(WITNESSED)) expect(text).toContain(sentence)
})

/** Whole JSON objects of one section. */
function examplesIn(title: string): unknown[] {
  const [, section = ''] = new RegExp(`^## ${title}.*\\n([^]*?)^## `, 'm').exec(README) ?? []
  return [...section.matchAll(/^```json\n(\{[^]*?)^```/gm)].map(([, text]) => JSON.parse(text!) as unknown)
}

test('the service, the purpose and the program shown fit into a new site as they are', async () => {
  const site = firstSite({
    site: 'harbor',
    name: 'Harbour Ltd',
    address: '1 Quay, Leeds',
    country: 'GB',
    email: 'privacy@harbor.example',
    website: 'https://www.harbor.example',
    server: 'https://consent.example',
    languages: ['en'],
    analytics: true,
    marketing: false,
    channels: [],
    perMonth: 0,
    confirm: false,
    today: '2026-11-22',
  })
  const [service] = examplesIn('Your site')
  const [purpose, program, point] = examplesIn('Messages')
  expect([service, purpose, program, point]).toMatchObject([
    { cookies: [{}] },
    { kind: 'messages' },
    { disclosures: [{ channel: 'sms' }] },
    { kind: 'phone' },
  ])
  const folder = mkdtempSync(join(tmpdir(), 'assent-readme-'))
  const check = async (changes: object) => {
    writeFileSync(join(folder, 'site.json'), JSON.stringify({ ...site, ...changes }))
    return JSON.parse((await assent(['site', 'check', join(folder, 'site.json'), '--json'])).out) as unknown
  }
  try {
    const services = [...site.services, service]
    const purposes = [...site.purposes, purpose]
    const collectionPoints = [point]
    expect(await check({ services, purposes, programs: [program], collectionPoints })).toEqual({
      ok: true,
      faults: [],
    })
    expect(await check({ services, programs: [program] })).toMatchObject({ ok: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the consent that is posted there is recorded as it stands, with the two hashes filled in', async () => {
  const [, commands] = /^```sh\n(KEY=[^\n]* --scope record\)\n[^]*?)^```/m.exec(README) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'assent-readme-'))
  const environment = { ASSENT_DATA: folder }
  await assentProcess(['site', 'publish', 'demo/harbor/site.json'], environment)
  const points = await assentProcess(['site', 'points', 'harbor', '--json'], environment)
  const { configuration, collectionPoints } = collectionPointsAnswer.parse(JSON.parse(points.out))
  const server = await serve(folder)
  try {
    const script = commands!
      .replaceAll('npx --no assent', `'${process.execPath}' '${CLI}'`)
      .replaceAll('https://consent.example', server.url)
      .replaceAll('curl ', 'curl -sS ')
      .replace('THE-CONFIGURATION', configuration)
      .replace('THE-WORDS', collectionPoints.find(({ id }) => id === 'help-desk')!.texts['en']!.text)
    const { stdout } = await promisify(execFile)('bash', ['-ec', script], {
      env: { ...withoutAssent(process.env), ...environment },
    })
    expect(stdout).toContain('"collectionPoints"')
    expect(stdout).toMatch(/"id":"019abb15-6d00-7000-8000-000000000001","index":\d+,.*"duplicate":false/)
  } finally {
    await server.end()
    rmSync(folder, { recursive: true })
  }
})
