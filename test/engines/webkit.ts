import { partsOf } from '../support/engines.ts'
import { DIRECT, type Cookie, type Driver, type Launch } from './engine.ts'
import { clickAt, press, type Input } from './input.ts'
import { startScreen } from './screen.ts'
import { tabOf } from './tab.ts'
import type { WebDriver } from './webdriver.ts'
import { openSession, type Session } from './webkit-session.ts'

/** WebKitGTK's small browser, by classic WebDriver. */
export const launchWebKit: Launch = async (network, settings) => {
  const [driver, screenProgram, binary] = partsOf('WebKit') as [string, string, string]
  const screen = await startScreen(screenProgram)
  const proxy = `127.0.0.1:${network.port}`
  const args = ['--automation', ...(settings?.cookies === 'never' ? ['--cookies-policy=never'] : [])]
  const capabilities = {
    alwaysMatch: {
      proxy: { proxyType: 'manual', httpProxy: proxy, sslProxy: proxy, noProxy: DIRECT },
      'webkitgtk:browserOptions': { binary, args },
    },
  }
  const open = (): Promise<Session> => openSession(driver, screen.display, capabilities)
  return {
    name: 'WebKit',
    async visitor() {
      const session = await open().catch(open).catch(open)
      await session.ask('POST', '/window/rect', { width: 1280, height: 800 })
      return tabOf(await firstTab(session))
    },
    close: () => screen.stop(),
  }
}

async function firstTab({ ask, end }: Session): Promise<Driver> {
  let named = await ask<string>('GET', '/window')
  let turn: Promise<unknown> = Promise.resolve()
  /** Commands go to the window that was named last, one after the other. */
  const within =
    (window: string): WebDriver =>
    <Answer>(...question: Parameters<WebDriver>) => {
      const asked = turn.then(async () => {
        if (window !== named) await ask('POST', '/window', { handle: (named = window) })
        return ask<Answer>(...question)
      })
      turn = asked.catch(() => {}) // Whoever asked is told.
      return asked
    }
  const tabIn = (window: string, close?: () => Promise<void>): Driver => {
    const own = within(window)
    const act = (actions: Input): Promise<void> => own('POST', '/actions', { actions })
    return {
      go: url => own('POST', '/url', { url }),
      reload: () => own('POST', '/refresh', {}),
      back: () => own('POST', '/back', {}),
      run: body =>
        own('POST', '/execute/async', {
          script: `(async () => { ${body}\n })().then(arguments[0])`,
          args: [],
        }),
      clickAt: (x, y) => act(clickAt(x, y)),
      press: key => act(press(key)),
      cookies: () => own<Cookie[]>('GET', '/cookie'),
      async another() {
        const { handle } = await own<{ handle: string }>('POST', '/window/new', { type: 'tab' })
        return tabIn(handle)
      },
      close: close ?? (() => own('DELETE', '/window')),
    }
  }
  return tabIn(named, end)
}
