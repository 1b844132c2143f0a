import { eventually } from '../support/page.ts'
import type { Driver, Tab } from './engine.ts'

type Told<Answer> = { readonly value: Answer } | { readonly error: string }

/** Everything a test does with a page, made of the little an engine must be able to do. */
export function tabOf(driver: Driver): Tab {
  async function evaluate<Answer>(act: unknown, given?: unknown): Promise<Answer> {
    if (typeof act === 'string') return (await driver.run(`${act}\nreturn ''`)) as Answer
    // oxlint-disable-next-line typescript/no-base-to-string -- the text of a function is what is wanted.
    const call = `(${String(act)})(${JSON.stringify(given) ?? ''})`
    const told = JSON.parse(
      await driver.run(`
        try { return JSON.stringify({ value: await ${call} }) }
        catch (error) { return JSON.stringify({ error: String(error) }) }`),
    ) as Told<Answer>
    if ('error' in told) throw new Error(told.error)
    return told.value
  }
  const places = (selector: string): Promise<Place[]> => evaluate(placesOf, selector)
  const count = async (selector: string): Promise<number> => (await places(selector)).length
  return {
    ...driver,
    evaluate,
    count,
    another: async () => tabOf(await driver.another()),
    shows: selector => eventually(() => count(selector)).toBeGreaterThan(0),
    async click(selector) {
      const free = async (): Promise<string> => (await places(selector))[0]?.over ?? `no ${selector}`
      await eventually(free).toBe('')
      const [place] = await places(selector)
      await driver.clickAt(place!.x, place!.y)
    },
  }
}

interface Place {
  readonly x: number
  readonly y: number
  /** What lies over it, if anything. */
  readonly over: string
}

/** Runs in the page: the middle of each match that can be seen, the first scrolled into view. */
function placesOf(selector: string): Place[] {
  const seen = [...document.querySelectorAll(selector)].filter(element =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
  )
  seen[0]?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
  return seen.map(element => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const [x, y] = [Math.floor(left + width / 2), Math.floor(top + height / 2)]
    const hit = document.elementFromPoint(x, y)
    return { x, y, over: element.contains(hit) ? '' : (hit?.outerHTML.slice(0, 200) ?? 'outside') }
  })
}
