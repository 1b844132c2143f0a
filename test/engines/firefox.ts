import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partsOf } from '../support/engines.ts'
import { connectBidi, type Bidi } from './bidi.ts'
import { DIRECT, type Driver, type Launch, type Tab } from './engine.ts'
import { clickAt, press, type Input } from './input.ts'
import { tabOf } from './tab.ts'

/** Firefox, by WebDriver BiDi, which it speaks itself. */
export const launchFirefox: Launch = async (network, settings) => {
  const profile = mkdtempSync(join(tmpdir(), 'assent-firefox-'))
  const preferences = {
    'remote.prefs.recommended': true,
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': network.port,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': network.port,
    'network.proxy.no_proxies_on': DIRECT.join(),
    // 2: none of any site, nor its storage.
    ...(settings?.cookies === 'never' && { 'network.cookie.cookieBehavior': 2 }),
    // What stands as "Tell web sites not to sell or share my data" in its settings.
    'privacy.globalprivacycontrol.enabled': settings?.privacyControl === true,
  }
  const lines = Object.entries(preferences).map(
    pair => `user_pref(${pair.map(v => JSON.stringify(v)).join()});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const child = spawn(
    partsOf('Firefox')[0]!,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'],
    // Its own home too: it keeps caches there.
    { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise(done => {
    child.once('exit', done)
  })
  const bidi = await connectBidi(`${await addressOf(child)}/session`)
  await bidi.ask('session.new', { capabilities: {} })
  return {
    name: 'Firefox',
    visitor: () => visit(bidi),
    async close() {
      await bidi.ask('browser.close')
      await ended
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? []
      if (address) resolve(address)
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`Firefox ended with ${code}:\n${said}`)))
  })

/** A container of its own is a person of its own. */
async function visit(bidi: Bidi): Promise<Tab> {
  const { userContext } = await bidi.ask<{ userContext: string }>('browser.createUserContext')
  const leave = async (): Promise<void> => void (await bidi.ask('browser.removeUserContext', { userContext }))
  return tabOf(await openTab(bidi, userContext, leave))
}

async function openTab(bidi: Bidi, userContext: string, close?: () => Promise<void>): Promise<Driver> {
  const { context } = await bidi.ask<{ context: string }>('browsingContext.create', {
    type: 'tab',
    userContext,
  })
  await bidi.ask('browsingContext.setViewport', { context, viewport: { width: 1280, height: 720 } })
  const act = async (actions: Input): Promise<void> =>
    void (await bidi.ask('input.performActions', { context, actions }))
  return {
    go: async url => void (await bidi.ask('browsingContext.navigate', { context, url, wait: 'complete' })),
    reload: async () => void (await bidi.ask('browsingContext.reload', { context, wait: 'complete' })),
    back: async () => void (await bidi.ask('browsingContext.traverseHistory', { context, delta: -1 })),
    async run(body) {
      const functionDeclaration = `async () => { ${body}\n }`
      const { result, exceptionDetails } = await bidi.ask<Ran>('script.callFunction', {
        functionDeclaration,
        awaitPromise: true,
        target: { context },
      })
      if (exceptionDetails) throw new Error(exceptionDetails.text)
      return result!.value
    },
    clickAt: (x, y) => act(clickAt(x, y)),
    press: key => act(press(key)),
    async cookies() {
      const { cookies } = await bidi.ask<{ cookies: BidiCookie[] }>('storage.getCookies', {
        partition: { type: 'context', context },
      })
      return cookies.map(({ name, value, domain }) => ({ name, value: value.value, domain }))
    },
    another: () => openTab(bidi, userContext),
    close: close ?? (async () => void (await bidi.ask('browsingContext.close', { context }))),
  }
}

interface Ran {
  readonly result?: { readonly value: string }
  readonly exceptionDetails?: { readonly text: string }
}

interface BidiCookie {
  readonly name: string
  readonly value: { readonly value: string }
  readonly domain: string
}
