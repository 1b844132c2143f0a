import { KINDS, WAYS, type Kind } from '../browser/gates/kinds.ts'
import type { EngineName } from './engine.ts'
import type { Stage } from './stage.ts'
import { aMoment } from './visit.ts'
import { eventually } from '../support/page.ts'

export type Way = 'parsed' | keyof typeof WAYS

/** One thing that leaves the page: its kind, and how it came into it. `id` is all that it asks for. */
export interface Exit {
  readonly id: string
  readonly kind: Kind
  readonly way: Way
}

export const exitsOf = (ways: readonly Way[]): Exit[] =>
  ways.flatMap(way => KINDS.map((kind, i) => ({ id: `${way.replaceAll(/\W/g, '')}-${i}`, kind, way })))

/** Where the browser asks by itself; README says so, and a test of that browser proves it. */
const isReadAhead = ({ kind, way }: Exit, engine: EngineName): boolean =>
  engine === 'Firefox' && way === 'parsed' && kind.readAhead === true

/** A page with these exits, and nothing else. */
export async function openWith(stage: Stage, exits: readonly Exit[]): Promise<void> {
  const markup = (way: Way): string =>
    exits
      .flatMap(exit => (exit.way === way ? [exit.kind.markup(`/exit/${exit.id}`, exit.id)] : []))
      .join('\n')
  const { snippet } = stage.world
  await stage.tab.go(stage.pageOf(`<!doctype html><title>Exits</title>${snippet}<body>${markup('parsed')}`))
  await eventually(() => stage.network.askedFor('/parts.').length).toBeGreaterThan(0)
  // Asked for is not yet started.
  await aMoment(stage.tab)
  for (const [way, insert] of Object.entries(WAYS))
    if (exits.some(exit => exit.way === way))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await stage.tab.evaluate(`(${String(insert)})(${JSON.stringify(markup(way as Way))})`)
  await aMoment(stage.tab)
}

/** By kind and way, how often each exit was asked for, by the log of the network, and how often it should have been. */
export function countsOf(stage: Stage, exits: readonly Exit[]) {
  const table = (count: (exit: Exit) => number): Record<string, number> =>
    Object.fromEntries(
      exits
        .filter(exit => !isReadAhead(exit, stage.engine))
        .map(exit => [`${exit.kind.name}, ${exit.way}`, count(exit)]),
    )
  return {
    asked: () =>
      table(({ id }) => {
        const path = new RegExp(`/exit/${id}(\\.|$)`)
        return stage.network.asked.filter(({ address }) => path.test(address)).length
      }),
    never: () => table(() => 0),
    once: () => table(({ kind }) => (kind.neverOpens ? 0 : 1)),
  }
}
