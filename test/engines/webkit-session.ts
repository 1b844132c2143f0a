import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../support/world.ts'
import { webDriverAt, type WebDriver } from './webdriver.ts'

/** A browser of its own, which keeps nothing, with a driver of its own. */
export interface Session {
  readonly ask: WebDriver
  end(): Promise<void>
}

export async function openSession(driver: string, display: string, capabilities: object): Promise<Session> {
  const { ask, stop } = await startDriver(driver, display)
  try {
    const opening = ask<{ sessionId: string }>('POST', '/session', { capabilities })
    const { sessionId } = await Promise.race([opening, tooLate()])
    return {
      ask: (method, end, body) => ask(method, `/session/${sessionId}${end}`, body),
      async end() {
        // One that does not answer ends with its driver, and with its screen; what the test showed, it has shown.
        await ask('DELETE', `/session/${sessionId}`).catch(() => {})
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Opening takes a quarter of a second; now and then a browser starts and never tells its driver. */
const tooLate = (): Promise<never> =>
  wait(15_000, undefined, { ref: false }).then(() => {
    throw new Error('WebKit did not open a session in time')
  })

async function startDriver(driver: string, display: string) {
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
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  return { ask, stop }
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
