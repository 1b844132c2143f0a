import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { subjectOf } from '../../server/subjects/subject.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { assentProcess } from '../support/cli.ts'
import { KLARO, VANILLA } from '../support/other-configurations.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { serve, type Served } from '../support/serve.ts'

let browser: Browser
let visitor: Visitor
let folder: string
let pages: Server
let page: string
let server: Served | undefined

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-switch-'))
  pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page))
  await new Promise<void>(done => pages.listen(0, '127.0.0.1', done))
  visitor = await newVisitor(browser)
})
afterEach(async () => {
  await visitor?.leave()
  await server?.end()
  pages.close()
  rmSync(folder, { recursive: true })
})

async function run(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await assentProcess(args, {}, { cwd: folder })
  expect([args[0], code, code === 0 ? '' : err]).toEqual([args[0], 0, ''])
  return out
}

/** As an owner does it: the old configuration becomes one of ours, is checked, approved, published and served. */
async function switchFrom(config: string, markup: string): Promise<string> {
  const website = `http://localhost:${(pages.address() as AddressInfo).port}`
  writeFileSync(join(folder, 'old.js'), config)
  const owner = [
    '--name',
    'Kiln Ltd',
    '--address',
    '4 Kiln Row',
    '--country',
    'GB',
    '--email',
    'p@kiln.example',
  ]
  await run('migrate', 'old.js', '--site', 'kiln', ...owner, '--website', website)
  await run('site', 'check', 'site.json')
  const file = join(folder, 'site.json')
  const site = JSON.parse(readFileSync(file, 'utf8')) as SiteConfiguration
  const approved = { state: 'approved', by: 'privacy', on: '2026-11-27' } as const
  const services = site.services.map(service => ({ ...service, approval: approved }))
  // Whoever approves a service has written down whose it is.
  const known = services.map(service => ({
    ...service,
    provider: service.provider.replace(/^To be written.*/, 'Kiln Ltd'),
  }))
  writeFileSync(file, JSON.stringify({ ...site, services: known }))
  await run('site', 'publish', 'site.json', '--data', 'data')
  server = await serve(join(folder, 'data'))
  const stub = await run('site', 'snippet', 'kiln', '--server', server.url, '--data', 'data')
  page = `<!doctype html><html lang="en"><head>${stub.slice(stub.indexOf('<script'))}</head><body>${markup}`
  return website
}

const script = (mark: string, name: string): string =>
  `<script type="text/plain" ${mark}>(window.ran??=[]).push('${name}')</script>`
const ran = () => visitor.page.evaluate(() => (window as { ran?: string[] }).ran ?? [])
const banners = () => visitor.page.locator('#assent').count()
const history = async () =>
  (
    await assentProcess(
      ['history', 'kiln', '--subject', await subject(), '--data', 'data'],
      {},
      { cwd: folder },
    )
  ).out
async function secretOf(): Promise<string> {
  const cookies = await visitor.context.cookies()
  return cookies.find(({ name }) => name === 'assent_kiln')?.value.split('.')[5] ?? ''
}
const subject = async () => subjectOf('kiln', await secretOf())

/** The receipt of the newest entry, as the settings would save it. */
async function receiptFile(): Promise<string> {
  const secret = await secretOf()
  const headers = { authorization: `Assent ${secret}` }
  const address = `${server!.url}/v1/sites/kiln`
  const { entries } = (await (await fetch(`${address}/decisions`, { headers })).json()) as {
    entries: { id: string }[]
  }
  const file = join(folder, 'receipt.json')
  writeFileSync(file, await (await fetch(`${address}/receipts/${entries[0]!.id}`, { headers })).text())
  return file
}

test('a site of vanilla-cookieconsent switches: its marks work, its answers count, and the log says where from', async () => {
  const website = await switchFrom(
    VANILLA.replace('enabled: true,\n      services', 'services'),
    script('data-category="statistics"', 'statistics') +
      script('data-category="statistics" data-service="wheel"', 'wheel') +
      script('data-category="ads"', 'ads'),
  )
  const decided = new Date(Date.now() - 86_400_000).toISOString()
  const kept = {
    categories: ['necessary', 'statistics'],
    revision: 3,
    data: null,
    consentTimestamp: decided,
    consentId: '00000000-0000-4000-8000-000000000000',
    services: { necessary: [], statistics: ['ga', 'wheel'], ads: [] },
    languageCode: 'en',
    lastConsentTimestamp: decided,
    expirationTime: Date.now() + 86_400_000,
  }
  await visitor.context.addCookies([
    { name: 'cc_kiln', value: encodeURIComponent(JSON.stringify(kept)), url: website },
  ])
  await visitor.page.goto(website)
  await expect.poll(ran).toEqual(['statistics', 'wheel'])
  expect(await banners()).toBe(0)
  await expect.poll(history, { interval: 500 }).toContain('take-over from vanilla-cookieconsent')
  expect(await history()).toContain('ads no')
  expect(await history()).toContain(`since ${decided}`)
})

test('a site of Klaro switches: who had answered is not asked, and no time is made up', async () => {
  const website = await switchFrom(
    KLARO.replace("default: true, purposes: ['functional']", "purposes: ['functional']"),
    script('data-name="matomo"', 'matomo') + script('data-name="vimeo"', 'vimeo'),
  )
  await visitor.context.addCookies([
    {
      name: 'kiln-choice',
      value: encodeURIComponent('{"matomo":true,"vimeo":false,"chatter":true,"basket":true}'),
      url: website,
    },
  ])
  await visitor.page.goto(website)
  await expect.poll(ran).toEqual(['matomo'])
  expect(await banners()).toBe(0)
  await expect.poll(history, { interval: 500 }).toContain('take-over from klaro')
  expect(await history()).toContain('analytics: given at a time nobody kept')

  const file = await receiptFile()
  const told = await run('verify', file)
  expect(told).toContain('made in another consent tool, which the site had before')
  expect(told).toContain('From:     Klaro, which had asked; it was taken over from there')
  expect(told).toMatch(/When: {5}nobody kept it, received 2/)
  expect(told).toContain('none of ours was shown')
  await visitor.page.goto(`${server!.url}/verify`)
  await visitor.page.setInputFiles('#file', file)
  const slip = (await visitor.page.locator('.slip').innerText()).replace(/\s+/g, ' ')
  expect(slip).toContain('Taken over from Klaro')
  expect(slip).toContain('In another consent tool, before this one')
  expect(slip).toContain('at a time nobody kept')
  expect(slip).toContain('Another consent tool asked, not this one.')
  expect(slip).not.toMatch(/1970|Shown in/)
})

test('the settings say where an answer came from, and make up no time for it', async () => {
  const website = await switchFrom(
    KLARO.replace("default: true, purposes: ['functional']", "purposes: ['functional']"),
    '',
  )
  const value = encodeURIComponent('{"matomo":true,"vimeo":false,"chatter":true,"basket":true}')
  await visitor.context.addCookies([{ name: 'kiln-choice', value, url: website }])
  await visitor.page.goto(website)
  await visitor.page.locator('[data-assent=open]').click()
  const decision = visitor.page.locator('.assent-decision')
  await expect.poll(() => decision.innerText()).toContain('with the consent tool this site used before')
})
