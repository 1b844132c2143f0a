import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newSecret, secretText } from '../server/hooks/secret.ts'
import { signatureHeaders } from '../server/hooks/sign.ts'
import { firstSite } from '../server/inventory/first-site.ts'
import { DESCRIPTIONS } from '../server/routes/description.ts'
import { curlsOf } from '../server/routes/reference/curl.ts'
import { WITNESSED } from '../shared/domain/witnessed.ts'
import { collectionPointsAnswer } from '../shared/schemas/consents.ts'
import { checkSiteConfiguration, siteConfiguration } from '../shared/schemas/site-config.ts'
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

test('the signals shown fit a new site, and its table names every one there is', () => {
  const site = firstSite({
    site: 'shop',
    name: 'Shop Ltd',
    address: '1 Quay, Leeds',
    country: 'GB',
    email: 'privacy@shop.example',
    website: 'https://www.shop.example',
    server: 'https://consent.example',
    languages: ['en'],
    analytics: true,
    marketing: true,
    channels: [],
    perMonth: 0,
    confirm: false,
    today: '2026-11-22',
  })
  const [signals] = examplesIn('Telling tags')
  expect(checkSiteConfiguration({ ...site, signals })).toMatchObject({ ok: true })
  const fields = Object.keys(siteConfiguration.shape.signals.shape)
  expect(Object.keys(signals as object).toSorted()).toEqual(fields.toSorted())
  for (const field of fields) expect(README).toMatch(new RegExp(`^\\| [^|]+\\| \`${field}\``, 'm'))
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

describe('hooks, signed in a shell', () => {
  const block = (beginning: string): string =>
    new RegExp(`^\`\`\`sh\\n(${beginning}[^]*?)^\`\`\``, 'm').exec(README)![1]!
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assent-readme-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const shell = async (script: string, variables: Record<string, string> = {}) => {
    const running = promisify(execFile)('bash', ['-ec', script], {
      cwd: folder,
      env: { ...withoutAssent(process.env), ...variables },
    })
    return running.then(
      ({ stdout }) => ({ code: 0, stdout }),
      (fault: { code: number; stdout: string }) => ({ code: fault.code, stdout: fault.stdout }),
    )
  }

  test('a message is known to be from here, also while two secrets sign, and no other one', async () => {
    const check = block('HEX=')
    const [old, now] = [newSecret(), newSecret()]
    const body = '{"type":"ping","data":{"name":"Zoë"}}'
    const headers = signatureHeaders([old, now], { id: 'harbor:7:0a1b2c3d', at: Date.now(), body })
    const given = {
      ID: headers['webhook-id'],
      AT: headers['webhook-timestamp'],
      SIGNATURES: headers['webhook-signature'],
    }
    writeFileSync(join(folder, 'body.json'), body)
    for (const secret of [old, now])
      // oxlint-disable-next-line no-await-in-loop -- few, and one after the other
      expect(await shell(check, { ...given, SECRET: secretText(secret) })).toEqual({
        code: 0,
        stdout: 'from Assent\n',
      })
    expect(await shell(check, { ...given, SECRET: secretText(newSecret()) })).toMatchObject({ code: 1 })
    writeFileSync(join(folder, 'body.json'), `${body} `)
    expect(await shell(check, { ...given, SECRET: secretText(now) })).toMatchObject({ code: 1 })
  })

  test('what a script signs as shown is taken, there and on the page of the API; with another secret it is not', async () => {
    const secret = secretText(newSecret())
    mkdirSync(join(folder, 'keys'), { mode: 0o700 })
    writeFileSync(
      join(folder, 'keys', 'providers.json'),
      JSON.stringify({ harbor: { hooks: { generic: { secrets: [secret] } } } }),
      { mode: 0o600 },
    )
    await assentProcess(['site', 'publish', 'demo/harbor/site.json'], { ASSENT_DATA: folder })
    const server = await serve(folder)
    try {
      const script = block('SECRET=whsec_YOURS')
        .replaceAll('https://consent.example', server.url)
        .replace('curl ', 'curl -sS --fail-with-body ')
      const mine = script.replace('whsec_YOURS', secret)
      expect(await shell(mine)).toMatchObject({ code: 0, stdout: expect.stringContaining('"events":[{') })
      const other = script.replace('whsec_YOURS', secretText(newSecret()))
      expect(await shell(other)).toMatchObject({ code: 22, stdout: expect.stringContaining('hook-unsigned') })
      const [shown] = curlsOf(
        'POST',
        '/v1/sites/{site}/hooks/generic',
        DESCRIPTIONS['POST /v1/sites/:site/hooks/generic']!,
      )
      expect(await shell(shown!, { HOST: server.url, SITE: 'harbor', WEBHOOK_SECRET: secret })).toMatchObject(
        {
          code: 0,
          stdout: expect.stringContaining('"events":[{'),
        },
      )
      expect(await shell(shown!, { HOST: server.url, SITE: 'harbor' })).not.toMatchObject({ code: 0 })
    } finally {
      await server.end()
    }
  })
})
