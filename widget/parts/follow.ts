import type { OwnAssent } from '../consent/acting.ts'

/** When a choice may have ended without a decision on this page: it expired, or another tab removed it. */
const MOMENTS = ['storage', 'pageshow', 'visibilitychange']

/**
 * Tells what is granted: once at the start, with everything denied while nothing is known, and then only when it has become
 * something else. `onChange` by itself speaks at every decision, and is silent when a choice has expired.
 */
export function follow<Said extends object>(
  assent: OwnAssent,
  read: () => Said,
  tell: (said: Said) => void,
): void {
  let told = ''
  const look = (): void => {
    const said = read()
    if (told === (told = JSON.stringify(said))) return
    tell(said)
  }
  assent.onChange(look)
  // The loader listens already, so that it has read the cookie by then.
  for (const moment of MOMENTS) addEventListener(moment, look)
  look()
}

/** The words that Google, Microsoft and others share. */
export const word = (isGranted: boolean): 'granted' | 'denied' => (isGranted ? 'granted' : 'denied')
