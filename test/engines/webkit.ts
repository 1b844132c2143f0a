import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { partsOf } from '../support/engines.ts'
import { freePort } from '../support/world.ts'
import type { Cookie, Driver, Launch } from './engine.ts'
import { clickAt, press, type Input } from './input.ts'
import { tabOf } from './tab.ts'
import { webDriverAt, type WebDriver } from './webdriver.ts'

/** WebKitGTK's small browser, by classic WebDriver, on a screen that nobody sees. */
export const launchWebKit: Launch = async network => {
  const [driver, screen, browser] = partsOf('WebKit') as [string, string, string]
  const { display, stop: stopScreen } = await startScreen(screen)
  const port = await freePort()
  const child = spawn(driver, ['--host=127.0.0.1', `--port=${port}`], {
    env: { ...process.env, DISPLAY: display },
    stdio: 'ignore',
  })
  const ended = new Promise(done => {
    child.once('exit', done)
  })
  const ask = webDriverAt(`http://127.0.0.1:${port}`)
  await ready(ask)
  const proxy = `127.0.0.1:${network.port}`
  const capabilities = {
    alwaysMatch: {
      proxy: { proxyType: 'manual', httpProxy: proxy, sslProxy: proxy },
      'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
    },
  }
  return {
    name: 'WebKit',
    async visitor() {
      const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', { capabilities })
      const path = `/session/${sessionId}`
      await ask('POST', `${path}/window/rect`, { width: 1280, height: 800 })
      return tabOf(driverOf((method, end, body) => ask(method, path + end, body)))
    },
    async close() {
      child.kill()
      await ended
      await stopScreen()
    },
  }
}

/** A session is a browser of its own, which keeps nothing. */
function driverOf(ask: WebDriver): Driver {
  const act = (actions: Input): Promise<void> => ask('POST', '/actions', { actions })
  return {
    go: url => ask('POST', '/url', { url }),
    reload: () => ask('POST', '/refresh', {}),
    run: body =>
      ask('POST', '/execute/async', { script: `(async () => { ${body}\n })().then(arguments[0])`, args: [] }),
    clickAt: (x, y) => act(clickAt(x, y)),
    press: key => act(press(key)),
    cookies: () => ask<Cookie[]>('GET', '/cookie'),
    close: () => ask('DELETE', ''),
  }
}

/** The server picks a free number and writes it to its fourth channel. */
async function startScreen(screen: string) {
  const child = spawn(screen, ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    child.stdio[3]!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the screen ended with ${code}`)))
  })
  const ended = new Promise(done => {
    child.once('exit', done)
  })
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  return { display: `:${number}`, stop }
}

async function ready(ask: WebDriver): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- refused until it listens.
    const isReady = await ask('GET', '/status').then(
      () => true,
      () => false,
    )
    if (isReady) return
    // oxlint-disable-next-line no-await-in-loop
    await wait(50)
  }
  throw new Error('WebKitWebDriver did not answer in time')
}
