import { chromium, type Page } from 'playwright-core'
import { chromiumPath } from '../support/chromium.ts'
import { DIRECT, type Driver, type Launch } from './engine.ts'
import { tabOf } from './tab.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium, by its own protocol. */
export const launchChromium: Launch = async network => {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ARGUMENTS,
    proxy: { server: `http://127.0.0.1:${network.port}`, bypass: DIRECT.join() },
    // Playwright switches the cache of left pages off; people have it on.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  return {
    name: 'Chromium',
    close: () => browser.close(),
    async visitor() {
      const context = await browser.newContext()
      context.setDefaultTimeout(10_000)
      const tabIn = (page: Page, close: () => Promise<void>): Driver => ({
        go: async address => void (await page.goto(address)),
        reload: async () => void (await page.reload()),
        // What comes from that cache is not loaded, so there is no load to wait for.
        back: async () => void (await page.goBack({ waitUntil: 'commit' })),
        run: body => page.evaluate(`(async () => { ${body}\n })()`),
        clickAt: (x, y) => page.mouse.click(x, y),
        press: key => page.keyboard.press(key === ' ' ? 'Space' : key),
        cookies: () => context.cookies(),
        async another() {
          const other = await context.newPage()
          return tabIn(other, () => other.close())
        },
        close,
      })
      return tabOf(tabIn(await context.newPage(), () => context.close()))
    },
  }
}
