import { execFile } from 'node:child_process'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { SCOPES } from '../../server/operators/api-keys.ts'
import { axeFindings } from '../support/axe.ts'
import { assent } from '../support/cli.ts'
import { aDecisionId } from '../support/decisions.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser
beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

async function openPage(options: BrowserContextOptions = {}): Promise<Visitor> {
  const visitor = await newVisitor(browser, options)
  onTestFinished(visitor.leave)
  await visitor.page.goto(`${world.local}/v1/api.html`)
  return visitor
}

describe.each<[what: string, options: BrowserContextOptions]>([
  ['wide and light', { viewport: { width: 1400, height: 900 } }],
  ['wide and dark', { viewport: { width: 1400, height: 900 }, colorScheme: 'dark' }],
  ['on a narrow phone', { viewport: { width: 320, height: 640 } }],
])('%s', (_, options) => {
  // Axe looks at every word of a long page.
  test(
    'axe finds nothing, nothing scrolls sideways, and one request is all',
    { timeout: 180_000 },
    async () => {
      const { page, requests, complaints } = await openPage(options)
      const looked = ['color-contrast', 'heading-order', 'landmark-one-main', 'target-size', 'region']
      expect(await axeFindings(page, looked)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
      expect(requests).toEqual([`${world.local}/v1/api.html`])
      expect(complaints).toEqual([])
    },
  )
})

test('by keyboard alone: past the contents into the text, and from the contents to an address', async () => {
  const { page } = await openPage({ viewport: { width: 1400, height: 900 } })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.url()).toMatch(/#main$/)
  await page.getByRole('navigation').getByRole('link', { name: '/v1/sites/{site}/erasures' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.url()).toMatch(/#post-v1-sites-site-erasures$/)
  const heading = page.getByRole('heading', { level: 3, name: 'POST /v1/sites/{site}/erasures' })
  await expect.poll(async () => (await heading.boundingBox())!.y).toBeLessThan(100)
})

test('printed, all of it is on paper', async () => {
  const { page } = await openPage()
  await page.emulateMedia({ media: 'print' })
  const lost = await page.evaluate(() =>
    [...document.querySelectorAll('.operation, pre, table')]
      .filter(each => each.getBoundingClientRect().height === 0)
      .map(each => each.outerHTML.slice(0, 80)),
  )
  expect(lost).toEqual([])
})

/** What a reader sets first, as the page says, from what this server really holds. */
async function shellOf(): Promise<Record<string, string>> {
  const key = await assent([
    'key',
    'new',
    '--site',
    'loom',
    '--scope',
    SCOPES.join(','),
    '--data',
    world.data,
  ])
  const view = await (await fetch(`${world.local}/s/loom/first.en.mjs`)).text()
  const [, TEXT, CONFIGURATION] = /text="(\w+)",configuration="(\w+)"/.exec(view)!
  const versions = await (await fetch(`${world.local}/s/loom/notice-versions.en.html`)).text()
  const ID = aDecisionId()
  const decision = {
    id: ID,
    type: 'decision',
    decidedAt: Date.now(),
    configuration: CONFIGURATION,
    text: TEXT,
    language: 'en',
    method: 'banner',
    choices: { preferences: false, analytics: false, marketing: false },
  }
  const sent = await fetch(`${world.local}/v1/sites/loom/decisions`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: world.loom },
    body: JSON.stringify({ decisions: [decision] }),
  })
  expect(await sent.json()).toMatchObject({ entries: [{ duplicate: false }] })
  return {
    HOST: world.local,
    SITE: 'loom',
    PROGRAM: 'weekly',
    ORIGIN: world.loom,
    KEY: key.out.trim(),
    ID,
    SECRET: '0000abcd'.padEnd(44, '7'),
    HASH: TEXT!,
    NOTICE: /notice\.en\.([0-9a-f]{64})\.html/.exec(versions)![1]!,
  }
}

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

const bash = (script: string, env: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise(resolve => {
    const options = { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 }
    execFile('bash', ['--norc', '-c', script], options, (fault, out, err) =>
      resolve({ code: fault ? Number(fault.code ?? 1) : 0, out, err }),
    )
  })

test('every example works as it is pasted into a shell', async () => {
  const { page } = await openPage()
  const shell = await shellOf()
  const commands = await page.$$eval('.operation', sections =>
    sections.flatMap(section =>
      [...section.querySelectorAll('pre')]
        .map(pre => ({ of: section.querySelector('h3')!.innerText, command: pre.textContent }))
        .filter(({ command }) => /(?:^|\n\s*)curl /.test(command)),
    ),
  )
  expect(new Set(commands.map(({ of }) => of)).size).toBe(await page.locator('.operation').count())
  const known = commands.filter(({ command }) => unsetIn(command, shell) === undefined)
  expect(known.length).toBeGreaterThan(30)
  for (const { of, command } of commands) {
    const env = of.includes('notice.{language}.{hash}') ? { ...shell, HASH: shell['NOTICE']! } : shell
    // oxlint-disable-next-line no-await-in-loop -- one log, and two cores
    const ended = await bash(command, env)
    expect({ of, ...ended }).toSatisfy(() => isAsPromised(of, ended, unsetIn(command, env)))
  }
})

/** The first name the shell has no value of. */
const unsetIn = (command: string, env: Readonly<Record<string, string>>): string | undefined =>
  [...command.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name!).find(name => !(name in env))

function isAsPromised(of: string, { code, out, err }: Ended, unset: string | undefined): boolean {
  // What this test knows no value of is at least asked for by its name.
  if (unset !== undefined) return err.includes(unset)
  // Nobody watches this log, nobody signed up with the address of the examples, what was shown there was never published,
  // and no choice is handed over to another domain here: answers, too.
  const refused = [
    ['/witnessed', 'not-witnessed'],
    ['GET /v1/sites/{site}/unsubscribe-headers', 'unknown-address'],
    ['/consents', 'unknown-configuration'],
    ['/hand-overs', 'unknown-hand-over'],
    // A link nobody was sent is answered by the page that says so.
    ['POST /s/{site}/preferences', 'class="assent-form'],
  ].find(([part]) => of.includes(part!))
  return refused ? out.includes(refused[1]!) : code === 0 && err === ''
}
