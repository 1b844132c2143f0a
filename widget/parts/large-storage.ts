import { follow } from './follow.ts'
import { LARGE, type LargeKind } from './large-kinds.ts'
import type { PartOf } from './part.ts'

/**
 * Removes databases, caches and service workers of services whose purpose is not granted: at each change, and at the start
 * of each page, for what a page held open could not be removed there.
 */
export const start: PartOf<'large-storage'> = (assent, keeps) => {
  /** By kind, the names that nothing granted keeps. */
  const refused = (): [LargeKind, readonly string[]][] =>
    (Object.keys(LARGE) as LargeKind[]).map(kind => [
      kind,
      keeps
        .filter(([purpose, storage]) => storage === kind && !assent.granted(purpose))
        .map(([, , name]) => name),
    ])

  async function remove(): Promise<readonly string[]> {
    const left = await Promise.all(
      refused().map(async ([kind, patterns]) => {
        const { names, remove: removeOne } = LARGE[kind]
        await Promise.all((await names(patterns)).map(name => removeOne(name).catch(reportError)))
        return names(patterns, 'left')
      }),
    )
    return left.flat()
  }

  // One after the other: what a later choice grants is not removed by an earlier one.
  let last: Promise<readonly string[]> = Promise.resolve([])
  const again = (): typeof last => (last = last.then(remove))
  const before = assent.removeRest
  assent.removeRest = async () => [...((await before?.()) ?? []), ...(await again())]
  follow(assent, refused, () => void again())
  // A refusal of what was never granted changes nothing, and yet something may have been kept meanwhile.
  assent.onChange(() => void again())
}
