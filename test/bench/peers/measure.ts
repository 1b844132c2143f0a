import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Candidate } from './candidates.ts'

/** Milliseconds, and KB of heap; `undefined` where a candidate has no such thing. */
export interface Measures {
  readonly firstPaint: number
  readonly banner: number | undefined
  readonly script: number
  readonly blocking: number
  readonly shift: number
  /** The largest contentful paint is of the banner, not of the page. */
  readonly isLargest: number
  readonly heap: number
  readonly nextPaint: number | undefined
  readonly gone: number | undefined
  readonly returningPaint: number
  readonly returningScript: number
  readonly isShownAgain: number
  readonly firstBytes: number
  readonly returningBytes: number
}

/** Slow 4G and a quarter of the CPU, as Lighthouse throttles with the developer tools. */
const NETWORK = { offline: false, latency: 562.5, downloadThroughput: 184_320, uploadThroughput: 84_375 }

interface Seen {
  banner?: number
  blocking: number
  shift: number
  largest?: Element | null | undefined
  event?: number
}
declare global {
  interface Window {
    seen?: Seen
  }
}

/** Runs in the page before everything else. */
function watchFor(selector: string): void {
  const seen: Seen = (window.seen = { blocking: 0, shift: 0 })
  const observe = (type: string, tell: (entry: PerformanceEntry) => void, more = {}): void =>
    new PerformanceObserver(list => list.getEntries().forEach(tell)).observe({
      type,
      buffered: true,
      ...more,
    })
  observe('longtask', ({ duration }) => (seen.blocking += Math.max(0, duration - 50)))
  observe('layout-shift', entry => (seen.shift += (entry as PerformanceEntry & { value: number }).value))
  observe(
    'largest-contentful-paint',
    entry => (seen.largest = (entry as PerformanceEntry & { element?: Element }).element),
  )
  observe(
    'event',
    ({ name, duration }) => {
      if (name === 'click') seen.event = Math.max(seen.event ?? 0, duration)
    },
    { durationThreshold: 16 },
  )
  const look = (): void => {
    const banner = selector && document.querySelector(selector)
    if (banner && isVisible(banner)) seen.banner = performance.now()
    else requestAnimationFrame(look)
  }
  const isVisible = (element: Element): boolean => {
    const { width, height, top, bottom } = element.getBoundingClientRect()
    const { visibility, opacity, display } = getComputedStyle(element)
    return (
      width > 0 &&
      height > 0 &&
      top < innerHeight &&
      bottom > 0 &&
      visibility === 'visible' &&
      display !== 'none' &&
      Number(opacity) > 0.1
    )
  }
  requestAnimationFrame(look)
}

const SETTLED = 2_500

/** First visit, an acceptance, and a visit of somebody who has accepted, each with an empty cache. */
export async function measure(
  browser: Browser,
  candidate: Candidate,
  address: string,
  sent: () => number,
): Promise<Measures> {
  const { banner: selector = '', accept } = candidate
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    await context.addInitScript(watchFor, selector)
    sent()
    const first = await visit(context, address)
    const { page } = first
    const seen = await page.evaluate(() => window.seen!)
    const isLargest = await page.evaluate(
      css => Number(!!css && !!window.seen!.largest?.closest(css)),
      selector,
    )
    const heap = await heapOf(first.session)
    const firstBytes = sent()
    const answer = accept ? await press(page, accept, selector) : undefined
    await page.waitForTimeout(800)
    await page.close()
    sent()
    const cookies = await context.storageState()
    const again = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState: cookies })
    await again.addInitScript(watchFor, selector)
    const second = await visit(again, address)
    const isShownAgain = await second.page.evaluate(() => Number(window.seen!.banner !== undefined))
    const measures: Measures = {
      firstPaint: first.paint,
      banner: seen.banner,
      script: first.script,
      blocking: seen.blocking,
      shift: seen.shift,
      isLargest,
      heap,
      nextPaint: answer?.nextPaint,
      gone: answer?.gone,
      returningPaint: second.paint,
      returningScript: second.script,
      isShownAgain,
      firstBytes,
      returningBytes: sent(),
    }
    await again.close()
    return measures
  } finally {
    await context.close()
  }
}

interface Visit {
  readonly page: Page
  readonly session: CDPSession
  readonly paint: number
  readonly script: number
}

async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', NETWORK)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await session.send('Performance.enable')
  await page.goto(address)
  await page.waitForTimeout(SETTLED)
  const { metrics } = await session.send('Performance.getMetrics')
  const script = metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  )
  return { page, session, paint, script: script * 1000 }
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1024
}

/** A real click in the middle of the button; until the next paint, and until the banner is seen no more. */
async function press(
  page: Page,
  accept: string,
  selector: string,
): Promise<{ nextPaint: number; gone: number }> {
  await page.evaluate(
    ([button, css]) => {
      document.querySelector(button!)!.addEventListener(
        'pointerup',
        () => {
          const pressed = performance.now()
          const look = (): void => {
            const left = document.querySelector(css!)
            const style = left && getComputedStyle(left)
            const { width, height, top } = left?.getBoundingClientRect() ?? { width: 0, height: 0, top: 0 }
            const isGone =
              !style ||
              width * height === 0 ||
              style.visibility !== 'visible' ||
              style.display === 'none' ||
              Number(style.opacity) < 0.05 ||
              top >= innerHeight
            if (isGone) document.documentElement.dataset['gone'] = String(performance.now() - pressed)
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
        },
        { capture: true, once: true },
      )
    },
    [accept, selector],
  )
  await page.locator(accept).first().click()
  await page.waitForFunction(() => document.documentElement.dataset['gone'], undefined, { timeout: 5_000 })
  await page.waitForTimeout(300)
  return page.evaluate(() => ({
    // Shorter ones are not told: 16 ms, a frame.
    nextPaint: window.seen!.event ?? 16,
    gone: Number(document.documentElement.dataset['gone']),
  }))
}
