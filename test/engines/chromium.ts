import { chromium } from 'playwright-core'
import { chromiumPath } from '../support/chromium.ts'
import type { Launch } from './engine.ts'
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
    proxy: { server: `http://127.0.0.1:${network.port}` },
  })
  return {
    name: 'Chromium',
    close: () => browser.close(),
    async visitor() {
      const context = await browser.newContext()
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      return tabOf({
        go: async address => void (await page.goto(address)),
        reload: async () => void (await page.reload()),
        run: body => page.evaluate(`(async () => { ${body}\n })()`),
        clickAt: (x, y) => page.mouse.click(x, y),
        press: key => page.keyboard.press(key === ' ' ? 'Space' : key),
        cookies: () => context.cookies(),
        close: () => context.close(),
      })
    },
  }
}
