import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, launchBrowser, newVisitor, ours, press } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { bundleProgram } from './program.ts'

const README = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
const [, SECTION = ''] = /^## React, Vue and web components\n([^]*?)^## /m.exec(README) ?? []
const shown = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(SECTION)![1]!

let host: Fixture
let browser: Browser
let script = ''
beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({}, (_site, request, response, next) => {
      if (request.url !== '/program.js') return next()
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})

const REACT = `import { createRoot } from 'react-dom/client'
import { Film } from './film.tsx'
createRoot(document.querySelector('main')).render(<Film />)`
const VUE = `import { createApp } from 'vue'
import Film from './film.vue'
createApp(Film).mount('main')`

test.each<[language: string, program: () => Promise<string>, body: () => string]>([
  ['tsx', () => bundleProgram(REACT, { 'film.tsx': shown('tsx') }), () => ''],
  ['vue', () => bundleProgram(VUE, { 'film.vue': shown('vue') }), () => ''],
  ['html', () => bundleProgram(`import 'assent/element'`), () => shown('html')],
])(
  'the example in %s runs as it stands: closed, settings on request, open',
  async (language, program, body) => {
    script = await program()
    const visitor = await newVisitor(browser)
    const { page } = visitor
    const films = (): number => visitor.requests.filter(url => url === 'https://vista.example/film').length
    await page.goto(host.page(`${host.stub}<main>${body()}</main><script defer src="/program.js"></script>`))
    await ours(page, 'accept').waitFor()
    if (language !== 'html') await page.getByText('Statistics are off until you answer.').waitFor()
    expect(films()).toBe(0)
    await page.locator('main').getByRole('button', { name: 'Cookie settings' }).click()
    await page.locator('.assent-settings').waitFor()
    await page.keyboard.press('Escape')
    await press(page, 'accept')
    await eventually(films).toBe(1)
    expect(await page.locator('main').getByRole('button').count()).toBe(0)
    if (language !== 'html') await page.getByText('Statistics are on.').waitFor()
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  },
)
