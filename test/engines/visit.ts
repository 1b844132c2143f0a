import { eventually, type PostedDecision } from '../support/page.ts'
import type { Tab } from './engine.ts'
import type { Network } from './network.ts'

/** Decisions as they were posted, in order, each once however often it was sent. */
export function postedIn(network: Network): PostedDecision[] {
  const all = network.asked
    .filter(({ method, address }) => method === 'POST' && address.endsWith('/decisions'))
    .flatMap(({ body }) => (JSON.parse(body) as { decisions: PostedDecision[] }).decisions)
  return [...new Map(all.map(decision => [decision.id, decision])).values()]
}

/** Waits until that many decisions were posted and answered: the outbox is empty then. */
export async function acknowledged(tab: Tab, network: Network, count: number): Promise<void> {
  await eventually(() => postedIn(network).length).toBe(count)
  await eventually(() => keptBy(tab)).not.toContain('_out')
}

/** Names of everything the page keeps, as one text. */
export const keptBy = async (tab: Tab): Promise<string> => {
  const cookies = (await tab.cookies()).map(({ name }) => name)
  const stored = await tab.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])
  return [...cookies, ...stored].toSorted().join(' ')
}

/** What the scripts of the page said, in the order in which they ran. */
export const ran = (tab: Tab): Promise<string[]> =>
  tab.evaluate(() => (globalThis as unknown as { ran?: string[] }).ran ?? [])

/** A button of the first layer. */
export const FIRST = {
  accept: 'body > #assent [data-assent=accept]',
  reject: 'body > #assent [data-assent=reject]',
  settings: 'body > #assent [data-assent=settings]',
} as const

/**
 * Long enough for what must not happen to have happened: twice as long as gates take to see a change of the page. By the
 * page's own clock, and once more where the page starts anew meanwhile.
 */
export const aMoment = (tab: Tab): Promise<void> =>
  eventually(() => tab.evaluate(() => new Promise(done => setTimeout(done, 250, 'over')))).toBe('over')
