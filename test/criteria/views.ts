import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { DocumentLanguage } from '../../shared/domain/language.ts'
import { eventually, ours, press, type Visitor } from '../support/page.ts'
import type { Viewer } from './viewer.ts'

export interface Opened extends Visitor {
  /** What is read aloud of it: a view, or a whole page. */
  readonly root: Locator
}
type Open = (viewer: Viewer, language: DocumentLanguage, options?: BrowserContextOptions) => Promise<Opened>

const shown = async (visitor: Visitor, root: Locator): Promise<Opened> => {
  await root.first().waitFor()
  return { ...visitor, root: root.first() }
}
const dialogOf = (page: Page): Locator => page.getByRole('dialog')

async function settings(visitor: Visitor, by: 'settings' | 'open'): Promise<Opened> {
  await press(visitor.page, by)
  return shown(visitor, dialogOf(visitor.page))
}

/** With everything that folds open, for what is folded is part of the view. */
const unfolded = async (opened: Opened): Promise<Opened> => {
  await opened.root.evaluate(root => root.querySelectorAll('details').forEach(each => (each.open = true)))
  return opened
}

async function answered(visitor: Visitor, act: 'accept' | 'reject'): Promise<Visitor> {
  await press(visitor.page, act)
  await eventually(() => visitor.page.evaluate(() => document.cookie)).toContain('assent_loom')
  await ours(visitor.page, 'open').waitFor()
  return visitor
}

const form = (page: Page): Locator => page.locator('[data-assent-form] .assent-form')
const field = (root: Locator, name: string): Locator => root.locator(`[name="${name}"]`).first()
const submit = (root: Locator): Promise<void> => root.locator('form [type=submit]').first().click()

async function write(root: Locator, address: string): Promise<void> {
  const box = root.locator('[name="email"]')
  if ((await box.count()) > 0) await box.first().check()
  await field(root, 'email-address').fill(address)
  const age = root.locator('[name="of-age"]')
  if ((await age.count()) > 0) await age.first().check()
}

async function sent(opened: Opened, address: string): Promise<Opened> {
  await write(opened.root, address)
  await submit(opened.root)
  return opened
}
const done = async (opened: Opened): Promise<Opened> => {
  await opened.page.locator('.assent-done').locator('visible=true').first().waitFor()
  return opened
}
const faulty = async (opened: Opened): Promise<Opened> => {
  await opened.page.locator('[aria-invalid="true"]').first().waitFor()
  return opened
}

const embeddedForm: Open = async (viewer, language, options) => {
  const visitor = await answered(await viewer.owners(language, options), 'reject')
  return shown(visitor, form(visitor.page))
}
const banner =
  (view: string): Open =>
  async (viewer, language, options) => {
    const visitor = await answered(await viewer.owners(language, options), 'reject')
    await visitor.page.evaluate(name => window.assent!.open(name as 'opt-out'), view)
    return shown(visitor, visitor.page.locator('body > .assent-offer > *'))
  }
const served =
  (address: (viewer: Viewer, language: DocumentLanguage) => string | Promise<string>): Open =>
  async (viewer, language, options) => {
    const visitor = await viewer.served(await address(viewer, language), language, options)
    return shown(visitor, visitor.page.locator('body'))
  }
const formPage = (name: string): Open =>
  served(({ world }, language) => `${world.local}/s/loom/${name}.${language}.html`)
const preferences = served(
  ({ preferences: { origin, link } }, language) =>
    origin + link('preferences').replace('.en.', `.${language}.`),
)
const verify = served(({ world }) => `${world.local}/verify`)

async function receiptIn(opened: Opened, receipt: object): Promise<Opened> {
  const buffer = Buffer.from(JSON.stringify(receipt))
  await opened.page.setInputFiles('#file', { name: 'receipt.json', mimeType: 'application/json', buffer })
  await opened.page.locator('#verdict').waitFor()
  return opened
}

/** Every view, in each state in which somebody may find it. */
export const VIEWS: Readonly<Record<string, Open>> = {
  'the banner': async (viewer, language, options) => {
    const visitor = await viewer.owners(language, options)
    return shown(visitor, visitor.page.locator('#assent > section'))
  },
  'the settings before a choice': async (viewer, language, options) =>
    unfolded(await settings(await viewer.owners(language, options), 'settings')),
  'the settings after accepting': async (viewer, language, options) =>
    unfolded(await settings(await answered(await viewer.owners(language, options), 'accept'), 'open')),
  'the settings after refusing': async (viewer, language, options) =>
    settings(await answered(await viewer.owners(language, options), 'reject'), 'open'),
  'the settings where the ledger is away': async (viewer, language, options) => {
    const visitor = await answered(await viewer.owners(language, options), 'accept')
    await visitor.page.route('**/decisions', route => route.abort())
    return settings(visitor, 'open')
  },
  'the notice': async (viewer, language, options) => {
    const visitor = await viewer.owners(language, options)
    await visitor.page.locator('#assent [data-assent=notice]').click()
    return shown(visitor, visitor.page.locator('.assent-notice'))
  },
  'the placeholder of a film': async (viewer, language, options) => {
    const visitor = await answered(await viewer.owners(language, options), 'reject')
    return shown(visitor, visitor.page.locator('.assent-embed'))
  },
  'the sign-up form': embeddedForm,
  'the sign-up form with nothing ticked': async (...where) => {
    const opened = await embeddedForm(...where)
    await submit(opened.root)
    return opened
  },
  'the sign-up form with an address that is none': async (...where) =>
    faulty(await sent(await embeddedForm(...where), 'nobody')),
  'the sign-up form once it is sent': async (...where) =>
    done(await sent(await embeddedForm(...where), 'mira.form@post.example')),
  'the sign-up banner': banner('opt-in:weekly'),
  'the opt-out banner': banner('opt-out'),
  'the opt-out banner with an address that is none': async (...where) =>
    faulty(await sent(await banner('opt-out')(...where), 'nobody')),
  'the opt-out banner once it is sent': async (...where) =>
    done(await sent(await banner('opt-out')(...where), 'mira.out@post.example')),
  'the notice as a page': formPage('notice'),
  'the sign-up page': formPage('opt-in.weekly'),
  'the sign-up page with an address that is none': async (...where) =>
    faulty(await sent(await formPage('opt-in.weekly')(...where), 'nobody@nowhere')),
  'the sign-up page once it is sent': async (...where) =>
    done(await sent(await formPage('opt-in.weekly')(...where), 'mira.page@post.example')),
  'the opt-out page': formPage('opt-out'),
  'the opt-out page once it is sent': async (...where) =>
    done(await sent(await formPage('opt-out')(...where), 'mira.page@post.example')),
  'the page of a form that is not there': formPage('opt-in.no-such'),
  'the preferences page': async (...where) => unfolded(await preferences(...where)),
  'the preferences page without a link': served(
    ({ preferences: { origin } }, language) => `${origin}/s/harbor/preferences.${language}.html`,
  ),
  'the page that asks for a confirmation': served((viewer, language) => viewer.confirmation(language)),
  'the page of a confirmation once given': async (viewer, language, options) => {
    const opened = await served(() => viewer.confirmation(language))(viewer, language, options)
    await opened.page.locator('[data-assent=confirm]').click()
    await opened.page.waitForLoadState()
    return shown(opened, opened.page.locator('body'))
  },
  'the verify page': verify,
  'the verify page with a receipt that holds': async (viewer, language, options) =>
    receiptIn(await verify(viewer, language, options), viewer.receipts['granted']!),
  'the verify page with a receipt that was changed': async (viewer, language, options) =>
    receiptIn(await verify(viewer, language, options), { ...viewer.receipts['granted'], extra: 1 }),
}

/** Controls that say nothing of themselves: lines of the tree with a role and no name behind it. */
export const namelessIn = (tree: string): readonly string[] =>
  tree.match(
    /^\s*- (button|link|checkbox|switch|textbox|combobox|heading|dialog|region|table|iframe)(?: \[[^\]]*\])*:?$/gm,
  ) ?? []
