import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { DocumentLanguage } from '../../shared/domain/language.ts'
import { isRightToLeft } from '../../shared/domain/language.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { HARSH } from '../browser/consent-host.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { linkIn } from '../support/messages.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import {
  HARBOR,
  OFFERS,
  RESEARCH,
  startPreferences,
  type PreferencesServer,
} from '../support/preferences-server.ts'
import { shopReceipts } from '../support/receipts.ts'
import { selfSigned } from '../support/tls-proxy.ts'
import { startWorld, type World } from '../support/world.ts'

/** Everything that shows a view: the widget on an owner's page, and the pages the server has itself. */
export interface Viewer {
  readonly world: World
  readonly preferences: PreferencesServer
  readonly receipts: Readonly<Record<string, Receipt>>
  /** An owner's page under the harshest policy, with a film and a sign-up form on it. */
  owners(language: DocumentLanguage, options?: BrowserContextOptions): Promise<Visitor>
  /** A page of the server, under its own policy and the hardest one of Trusted Types. */
  served(address: string, language: DocumentLanguage, options?: BrowserContextOptions): Promise<Visitor>
  /** Where the mail leads that asks for a confirmation. */
  confirmation(language: DocumentLanguage): Promise<string>
  close(): Promise<void>
}

export async function startViewer(): Promise<Viewer> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-viewer-'))
  const [world, browser, mail, preferences, shop] = await Promise.all([
    startWorld(),
    launchBrowser(),
    startMailServer({ tls: 'none', certificate: selfSigned(folder), login: false }),
    startPreferences({ providers: { [HARBOR]: { email: { log: true, from: 'news@harbor.example' } } } }),
    shopReceipts(),
  ])
  await giveMail(world, mail)
  for (const program of [OFFERS, RESEARCH])
    // oxlint-disable-next-line no-await-in-loop -- one ledger
    await preferences.signUp({ program })
  const owners = `${world.plain.origin('www.loom.test')}/view`
  return {
    world,
    preferences,
    receipts: shop.receipts,
    async owners(language, options) {
      const visitor = await newVisitor(browser, { locale: language, ...options })
      world.plain.serve(`www.loom.test/view.${language}`, pageOf(world, language), POLICY)
      await visitor.page.goto(`${owners}.${language}`)
      return visitor
    },
    async served(address, language, options) {
      const visitor = await newVisitor(browser, { locale: language, ...options })
      await harden(visitor.page)
      await visitor.page.goto(address)
      return visitor
    },
    confirmation: language => confirmationFor(world, browser, mail, language),
    async close() {
      await browser.close()
      await Promise.all([mail.close(), preferences.close(), world.stop(), shop.ledger.remove()])
      rmSync(folder, { recursive: true })
    },
  }
}

const POLICY = {
  'content-security-policy': `${HARSH['content-security-policy']}; frame-src http://vista.example:*`,
}

const pageOf = ({ snippet, plain }: World, language: DocumentLanguage): string => `<!doctype html>
<html lang="${language}" dir="${isRightToLeft(language) ? 'rtl' : 'ltr'}"><meta name="viewport" content="width=device-width">
<title>Loomwork</title>${snippet.replace('<script>', '<script nonce="n">')}
<body><header><a href="#last" id="first">Loomwork</a></header><main><h1>Loomwork</h1>
<iframe title="Film" data-consent="marketing" data-service="vista" data-src="${plain.origin('vista.example')}/film" width="320" height="180"></iframe>
${'<p>A pattern is a small program, and the loom does the rest.</p>'.repeat(9)}
<div data-assent-form="weekly"></div><p><a href="#first" id="last">Loomwork</a></p></main>`

/** What the browser would get from an even stricter owner of the server. */
const harden = async (page: Page): Promise<void> => {
  await page.route('**/*', async route => {
    if (route.request().resourceType() !== 'document') return route.continue()
    const response = await route.fetch()
    const { 'content-security-policy': own = '', ...headers } = response.headers()
    // A page whose own policy is lax would pass otherwise.
    expect(own).toContain("default-src 'none'")
    const policy = `${own}, require-trusted-types-for 'script'; trusted-types 'none'`
    return route.fulfill({ response, headers: { ...headers, 'content-security-policy': policy } })
  })
}

/** So that the server sends by this one; it reads its providers when it starts. */
async function giveMail(world: World, mail: MailServer): Promise<void> {
  const email = { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'Harborline IT <news@harbor.example>' }
  writeFileSync(join(world.data, 'keys', 'providers.json'), JSON.stringify({ harbor: { email } }), {
    mode: 0o600,
  })
  await world.kill()
  await world.start()
}

async function confirmationFor(
  world: World,
  browser: Browser,
  mail: MailServer,
  language: DocumentLanguage,
): Promise<string> {
  const address = `mira.${language}.${mail.mails.length}@post.example`
  const { page, leave } = await newVisitor(browser, { javaScriptEnabled: false })
  await page.goto(`${world.host}/s/harbor/opt-in.harbor-research.${language}.html`)
  await page.locator('[name=email]').check()
  await page.locator('[name=email-address]').fill(address)
  await page.locator('[name=of-age]').check()
  await page.locator('form [type=submit]').click()
  await page.locator('.assent-done').locator('visible=true').waitFor()
  const sent = () => mail.mails.findLast(({ envelope }) => envelope.to.includes(address))
  await expect.poll(sent).toBeDefined()
  await leave()
  const { pathname, search } = linkIn(sent()!.text)
  return `${world.local}${pathname}${search}`
}
