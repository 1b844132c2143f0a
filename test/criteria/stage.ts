import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { HARSH, startFixture, type Fixture } from '../browser/consent-host.ts'
import { launchBrowser, newVisitor, ours, type Visitor } from '../support/page.ts'
import { COLOURS, LAYOUTS, SCREENS, type Visit } from './factors.ts'
import { inLayout } from './site.ts'

/** A browser, and the site published once in each layout. */
export interface Theatre {
  readonly browser: Browser
  readonly hosts: Readonly<Record<string, Fixture>>
  close(): Promise<void>
}

export async function openTheatre(layouts: readonly string[] = Object.keys(LAYOUTS)): Promise<Theatre> {
  const [browser, hosts] = await Promise.all([
    launchBrowser(),
    Promise.all(layouts.map(async layout => [layout, await startFixture(inLayout(layout))] as const)),
  ])
  return {
    browser,
    hosts: Object.fromEntries(hosts),
    async close() {
      await browser.close()
      for (const [, host] of hosts) host.close()
    },
  }
}

/** One person before the first layer, on a page of the owner's own under the harshest policy. */
export interface Stage {
  readonly visit: Visit
  readonly visitor: Visitor
  readonly page: Page
  readonly host: Fixture
  readonly address: string
  /** The first layer as assistive technology reaches it: by its role and its name. */
  readonly banner: Locator
  /** Opens the page anew, as somebody who was never here. */
  restart(): Promise<void>
}

const LATE = 700

export const optionsOf = ({ screen, colours, motion, language }: Visit): BrowserContextOptions => ({
  ...SCREENS[screen],
  ...COLOURS[colours],
  reducedMotion: motion,
  locale: language,
})

export async function openStage({ browser, hosts }: Theatre, visit: Visit): Promise<Stage> {
  const host = hosts[visit.layout]!
  const visitor = await newVisitor(browser, optionsOf(visit))
  const { context, page } = visitor
  if (visit.signal)
    await context.addInitScript(() =>
      Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
    )
  if (visit.loader === 'late')
    await context.route('**/assent.js', async route => {
      await new Promise(done => setTimeout(done, LATE))
      // The page may be gone by then.
      await route.continue().catch(() => {})
    })
  const address = host.page(host.stub + PAGE, POLICY, { language: visit.language })
  const banner = page.locator('#assent > section')
  const open = async (): Promise<void> => {
    await page.goto(address)
    await ours(page, 'accept').waitFor()
  }
  await open()
  return {
    visit,
    visitor,
    page,
    host,
    address,
    banner,
    async restart() {
      await context.clearCookies()
      await page.evaluate(() => {
        localStorage.clear()
        sessionStorage.clear()
      })
      await open()
    },
  }
}

/** The page frames a film; all else is the harshest policy. */
export const POLICY = {
  'content-security-policy': `${HARSH['content-security-policy']}; frame-src https://vista.example`,
}

/** A page with something to read, to press and to wait for; the policy allows it no style. */
const PAGE = `<meta name="viewport" content="width=device-width"><title>Loomwork</title>
<script type="text/plain" data-consent="analytics" data-service="tempo" nonce="n" src="/runs/tempo"></script>
<script type="text/plain" data-consent="marketing" data-service="adrift" nonce="n" src="/runs/adrift"></script>
<body><header><a href="#read" id="first">Read on</a></header>
<main><h1>Software for people who weave</h1>
<iframe title="Film" data-consent="marketing" data-service="vista" data-src="https://vista.example/e" width="280" height="90"></iframe>
${'<p>A pattern is a small program. It says which threads go up and which go down, and the loom does the rest.</p>'.repeat(9)}
<p id="read"><button type="button" id="act">Count</button></p>
<p><a href="#first" id="last">The last link of the page</a></p></main>
<script nonce="n">act.onclick = () => { window.acted = (window.acted || 0) + 1 }</script>`
