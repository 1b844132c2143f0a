/**
 * The debug view: what is gated, what ran, what is kept, who was told and what leaked, live, for whoever builds the page. It
 * is fetched only when somebody asks for it, and speaks English only.
 */
import type { DebugSite } from '../shared/domain/debug.ts'
import { followRequests } from './debug/asked.ts'
import { choice } from './debug/choice.ts'
import { gated } from './debug/gated.ts'
import { judgeOf } from './debug/judge.ts'
import type { Line, Report } from './debug/line.ts'
import { openPanel } from './debug/panel.ts'
import { signalled } from './debug/signalled.ts'
import { stored } from './debug/stored.ts'

export function start(site: DebugSite, servedFrom: string): void {
  if (document.querySelector('#assent-debug')) return
  const judge = judgeOf(site)
  let running: string | undefined
  let isDue = false
  const due = (): void => {
    if (isDue) return
    isDue = true
    setTimeout(() => {
      isDue = false
      void look()
    }, 200)
  }
  const requests = followRequests(due)
  const own = [location.host, new URL(servedFrom).host, ...site.own]
  const panel = openPanel(site.site, stop)

  async function look(): Promise<void> {
    const made = choice(site, running)
    const kept = await stored(judge)
    const asked = requests(judge, own, made.decidedAt)
    const isWrong = ({ wrong }: Line): boolean => wrong !== undefined
    const report: Report = {
      ...gated(judge),
      leaked: [...asked.filter(isWrong), ...kept.filter(isWrong)],
      stored: kept,
      asked,
      signalled: signalled(),
      choice: made.lines,
    }
    panel.show(report)
  }

  const observer = new MutationObserver(records => {
    if (records.some(({ target }) => !panel.root.contains(target))) due()
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
  const unfollow = window.assent?.onChange(due)
  // Nothing tells of what a script keeps.
  const timer = setInterval(due, 1000)
  function stop(): void {
    observer.disconnect()
    unfollow?.()
    clearInterval(timer)
  }

  // The bytes the page's own loader came from, where they are in the cache.
  void fetch(`${servedFrom}assent.js`, { cache: 'force-cache' })
    .then(answer => answer.text())
    .then(code => (running = /configuration:"([0-9a-f]{8})"/.exec(code)?.[1]))
    .catch(() => {}) // It cannot be found out, then.
    .then(due)
  due()
}
