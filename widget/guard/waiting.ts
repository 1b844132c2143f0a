import { isGranted, needsNamed, needsOf } from './needs.ts'

/** Something that was held, until its purposes are granted. */
export interface Waiting {
  readonly needs: string
  readonly address: string
  readonly go: () => void
  /** What fails like a blocked request once a choice was made without it; elements wait on. */
  readonly refuse: (() => void) | undefined
}

export const waiting = new Set<Waiting>()
/** Purposes something was let through for: taking one back needs a reload. */
const used = new Set<string>()
let isAnswered = false

const isInTheWay = (needs: string): boolean => {
  const is = !!needs && !isGranted(needs)
  if (!is) used.add(needs)
  return is
}

/** Purposes that are in the way of an address, if any are. */
export const inTheWay = (address: unknown): string | undefined => [needsOf(address)].find(isInTheWay)

/** Markup names a host that has to wait: most does not, and is not looked at. */
export const isSuspect = (markup: unknown): boolean => needsNamed(markup).some(isInTheWay)

export function hold(needs: string, address: unknown, go: () => void, refuse?: () => void): Waiting {
  const each = { needs, address: String(address), go, refuse }
  waiting.add(each)
  // Later: whoever called has its answer first.
  if (isAnswered) setTimeout(settle)
  return each
}

function settle(): void {
  for (const each of waiting) {
    const { needs, refuse } = each
    const end = isGranted(needs) ? each.go : refuse
    if (!end) continue
    waiting.delete(each)
    try {
      end()
    } catch (error) {
      // One that fails must not keep the others.
      reportError(error)
    }
  }
}

/** Called at each change, once the loader has come. */
function tell(): void {
  for (const needs of used)
    if (needs && !isGranted(needs)) {
      // What the stub had granted and the loader does not: a reload would bring it back.
      if (isAnswered && !needs.split(' ').every(id => isGranted(id) || window.assent!.stop?.(id)))
        location.reload()
      used.delete(needs)
    }
  isAnswered = true
  settle()
}

export const follow = (): void => void window.assent?.onChange(tell)
