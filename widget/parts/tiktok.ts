import { follow } from './follow.ts'
import type { PartOf } from './part.ts'

type Command = 'holdConsent' | 'grantConsent' | 'revokeConsent'

declare global {
  interface Window {
    /** An array of calls until TikTok's script has come, which goes on with what is in it. */
    ttq?: { push(call: [Command]): unknown } & Partial<Record<Command, () => void>>
  }
}

/** TikTok's pixel: holds what happens while nobody has answered, then sends it or drops it. */
export const start: PartOf<'tiktok'> = (assent, { purpose }) => {
  const tell = (command: Command): void => {
    const ttq = (window.ttq ??= [])
    if (ttq[command]) ttq[command]()
    else ttq.push([command])
  }
  let isAnswered = false
  assent.onChange(choices => (isAnswered = purpose in choices))
  follow(
    assent,
    () => [assent.granted(purpose) ? 'grantConsent' : isAnswered ? 'revokeConsent' : 'holdConsent'] as const,
    ([command]) => tell(command),
  )
}
