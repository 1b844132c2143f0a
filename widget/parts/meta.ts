import { follow } from './follow.ts'
import { whenThere } from './late.ts'
import type { PartOf } from './part.ts'

declare global {
  interface Window {
    fbq?: (...call: unknown[]) => void
  }
}

/**
 * Meta's pixel. Its snippet starts only where there is no `fbq` yet, so nothing of ours may stand in for it: it is told once
 * it is there. A pixel that must wait from its first line on is gated, or begins with `fbq('consent', 'revoke')`.
 */
export const start: PartOf<'meta'> = (assent, { purpose, limitedDataUse }) => {
  let isGranted = false
  const tell = (): void => {
    window.fbq?.('consent', isGranted ? 'grant' : 'revoke')
    // United States: data that still reach Meta are processed for the site only. Country and state 0: Meta finds them.
    if (limitedDataUse)
      if (isGranted) window.fbq?.('dataProcessingOptions', [])
      else window.fbq?.('dataProcessingOptions', ['LDU'], 0, 0)
  }
  whenThere(
    assent,
    () => !!window.fbq,
    () =>
      follow(
        assent,
        () => [assent.granted(purpose)],
        ([is = false]) => {
          isGranted = is
          tell()
        },
      ),
  )
}
