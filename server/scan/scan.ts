import { openBrowser, type BrowserChoice } from './browser.ts'
import { merged, type NotReached, type Scan, type Seen, type Shot, type State } from './seen.ts'
import { OUR_BUTTONS, visit, type Buttons, type VisitSettings } from './visit.ts'

export interface ScanSettings extends VisitSettings {
  readonly browser: BrowserChoice
  /** Pages of the same origins to look at, at most; those named are always looked at. */
  readonly crawl: number
  /** Only what happens before any choice. */
  readonly onlyBefore: boolean
  readonly progress: (text: string) => void
}

/** Files that a link may lead to, and that are no pages. */
const NO_PAGE =
  /\.(pdf|zip|gz|jpe?g|png|gif|webp|avif|svg|mp[34]|webm|docx?|xlsx?|pptx?|csv|xml|json|ics|dmg|exe)$/i

/** Opens every page in fresh profiles, and makes each choice there. Nothing of it leaves this machine but to the pages. */
export async function scanSite(urls: readonly string[], settings: ScanSettings): Promise<Scan> {
  const { crawl, onlyBefore, progress } = settings
  const browser = await openBrowser(settings.browser)
  const plans = onlyBefore ? [[]] : plansFor(settings.buttons)
  const seen: Seen[] = []
  const shots: Shot[] = []
  const notReached: NotReached[] = []
  const pages = urls.map(withoutHash)
  const origins = new Set(pages.map(url => new URL(url).origin))
  const most = Math.max(crawl, pages.length)
  try {
    // Grows while it is walked, by what the pages link to.
    for (let at = 0; at < pages.length; at++) {
      const url = pages[at]!
      progress(`page ${at + 1} of ${crawl > 0 ? `at most ${most}` : most}: ${url}`)
      // oxlint-disable-next-line no-await-in-loop -- the visits of one page at once are enough for a machine
      const visits = await Promise.all(plans.map(states => visit(browser, url, states, settings)))
      for (const [n, there] of visits.entries()) {
        seen.push(...there.seen)
        // The page before any choice is the same in each visit.
        shots.push(...there.shots.filter(({ state }) => state !== 'before' || n === 0))
        notReached.push(...there.notReached.filter(({ state }) => state !== 'before' || n === 0))
      }
      for (const link of visits[0]!.links.filter(link => URL.canParse(link)).map(withoutHash))
        if (pages.length < most && isPage(link, origins) && !pages.includes(link)) pages.push(link)
    }
    return {
      at: new Date().toISOString(),
      browser: `Chromium ${browser.version()}`,
      pages,
      ownHosts: ownHosts(pages, seen),
      seen: merged(seen),
      shots,
      notReached,
    }
  } finally {
    progress('')
    await browser.close()
  }
}

/** Each in a profile of its own. Of another's banner it is not known what closing it means, nor how a yes is taken back. */
function plansFor(buttons: Buttons): (readonly State[])[] {
  if (buttons === OUR_BUTTONS) return [['refused'], ['closed'], ['accepted', 'withdrawn']]
  return [['refused'], buttons.withdraw ? ['accepted', 'withdrawn'] : ['accepted']]
}

const withoutHash = (url: string): string => {
  const parsed = new URL(url)
  parsed.hash = ''
  return parsed.href
}

function isPage(link: string, origins: ReadonlySet<string>): boolean {
  const { origin, pathname } = new URL(link)
  return origins.has(origin) && !NO_PAGE.test(pathname)
}

/** The consent widget's own files tell where they come from. */
function ownHosts(pages: readonly string[], seen: readonly Seen[]): string[] {
  const widget = seen
    .filter(({ kind, url }) => kind === 'request' && /\/s\/[a-z0-9-]+\/assent\.js$/.test(url ?? ''))
    .map(({ name }) => name)
  return [...new Set([...pages.map(url => new URL(url).host), ...widget])]
}
