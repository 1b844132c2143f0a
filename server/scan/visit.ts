import type { Browser, Page } from 'playwright-core'
import { OWN_SCRIPT, watchWrites } from './in-page.ts'
import { whatIsKept } from './kept.ts'
import { BINDING, listen, type Watch } from './network.ts'
import type { NotReached, Seen, Shot, State } from './seen.ts'

/** How the choices are found on a page. */
export interface Buttons {
  readonly accept: string
  readonly reject: string
  /** Pressed one after the other to take a yes back; our own way when left out. */
  readonly withdraw?: readonly string[]
}

export const OUR_BUTTONS: Buttons = {
  accept: '#assent [data-assent=accept]',
  reject: '#assent [data-assent=reject]',
}

export interface VisitSettings {
  readonly buttons: Buttons
  /** Milliseconds that a page is given in every state, for what comes late. */
  readonly wait: number
}

export interface Visit {
  readonly seen: readonly Seen[]
  readonly shots: readonly Shot[]
  readonly notReached: readonly NotReached[]
  /** Addresses that the page links to. */
  readonly links: readonly string[]
}

const LOADING = 30_000
const SIZE = { width: 1280, height: 800 }

/** One visit in a profile of its own: the page before any choice, then each of these states in turn. */
export async function visit(
  browser: Browser,
  url: string,
  states: readonly State[],
  { buttons, wait }: VisitSettings,
): Promise<Visit> {
  const [major = ''] = browser.version().split('.')
  const context = await browser.newContext({
    viewport: SIZE,
    acceptDownloads: false,
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`,
  })
  const shots: Shot[] = []
  const notReached: NotReached[] = []
  const watch: Watch = { state: 'before', page: url, seen: [], writes: new Map(), reading: new Set() }
  let links: string[] = []
  try {
    await context.addInitScript({
      content: `(${String(watchWrites)})(${JSON.stringify(BINDING)})\n//# sourceURL=${OWN_SCRIPT}`,
    })
    const page = await context.newPage()
    await listen(context, page, watch)
    const look = async (): Promise<void> => {
      await lookAround(page, wait)
      await Promise.allSettled(watch.reading)
      watch.seen.push(...(await whatIsKept(context, page, watch)))
      const bytes = await page.screenshot({ type: 'jpeg', quality: 60 }).catch(() => undefined)
      if (bytes) shots.push({ page: url, state: watch.state, bytes })
    }
    try {
      await page.goto(url, { waitUntil: 'load', timeout: LOADING })
    } catch (fault) {
      // What was seen until then still counts; a page that is not there at all has nothing to be seen.
      if (page.url() === 'about:blank' || page.url().startsWith('chrome-error:')) {
        const why = `the page could not be opened (${firstLine(fault)})`
        return { seen: watch.seen, shots, notReached: [{ page: url, state: 'before', why }], links }
      }
    }
    await look()
    links = await page
      .evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map(({ href }) => href))
      .catch(() => [])
    for (const state of states) {
      // oxlint-disable no-await-in-loop -- one state comes out of the other
      const why = await bring(page, state, buttons, () => (watch.state = state))
      if (why !== undefined) {
        notReached.push({ page: url, state, why })
        break
      }
      await page.waitForTimeout(Math.min(wait, 1_000))
      // What waits for the next page only shows there.
      await page.reload({ waitUntil: 'load', timeout: LOADING }).catch(() => undefined)
      await look()
      // oxlint-enable no-await-in-loop
    }
  } finally {
    await context.close()
  }
  return { seen: withWorkers(watch.seen), shots, notReached, links }
}

/** Does what a visitor would do. Answers why it could not be done. */
async function bring(
  page: Page,
  state: State,
  { accept, reject, withdraw }: Buttons,
  done: () => void,
): Promise<string | undefined> {
  if (state === 'closed') {
    await page
      .locator(accept)
      .first()
      .focus({ timeout: 5_000 })
      .catch(() => undefined)
    done()
    await page.keyboard.press('Escape')
    return undefined
  }
  if (state === 'withdrawn') {
    const [last = reject, ...steps] = (withdraw ?? [OPEN_SETTINGS, reject]).toReversed()
    for (const step of steps.toReversed())
      // oxlint-disable-next-line no-await-in-loop -- one opens the other
      if (!(await press(page, step))) return `nothing to press at "${step}"`
    return (await press(page, last, done)) ? undefined : `nothing to press at "${last}"`
  }
  const button = state === 'refused' ? reject : accept
  return (await press(page, button, done)) ? undefined : `nothing to press at "${button}"`
}

const OPEN_SETTINGS = '[data-assent=open]'
const UNTIL_SHOWN = 5_000

/** In whichever frame it is shown, for some banners stand in one of their own. */
async function press(page: Page, selector: string, pressed?: () => void): Promise<boolean> {
  const until = Date.now() + UNTIL_SHOWN
  do {
    for (const frame of page.frames()) {
      const button = frame.locator(selector).filter({ visible: true }).first()
      // oxlint-disable no-await-in-loop -- asked again until it is there
      const there = await button.count().catch(() => 0)
      if (there === 0) continue
      pressed?.()
      const isDone = await button.click({ timeout: 2_000 }).then(
        () => true,
        () => false,
      )
      if (isDone) return true
    }
    await page.waitForTimeout(100)
    // oxlint-enable no-await-in-loop
  } while (Date.now() < until)
  return false
}

/** What a reader does: goes down the page and back, so that what loads late, loads. */
async function lookAround(page: Page, wait: number): Promise<void> {
  const steps = 8
  for (let step = 0; step < steps; step++) {
    // oxlint-disable no-await-in-loop -- the time it takes is the point
    await page.mouse.move(200 + step * 60, 150 + step * 40)
    await page.mouse.wheel(0, step < steps - 1 ? 500 : -4_000)
    await page.waitForTimeout(wait / steps)
    // oxlint-enable no-await-in-loop
  }
}

/** The browser tells no culprit of what a worker asks for: it is the worker, and whoever made that. */
function withWorkers(seen: readonly Seen[]): Seen[] {
  const workers = seen.filter(({ kind }) => kind === 'worker')
  const known = new Set(seen.flatMap(({ by, url }) => (by.length > 0 && url !== undefined ? [url] : [])))
  return seen.map(each => {
    const [worker] = workers
    if (each.kind !== 'request' || each.by.length > 0 || known.has(each.url ?? '') || !worker) return each
    return { ...each, by: [worker.name, ...worker.by] }
  })
}

const firstLine = (fault: unknown): string =>
  (fault instanceof Error ? fault.message : String(fault)).split('\n')[0]!
