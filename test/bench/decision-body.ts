import { randomBytes } from 'node:crypto'

/** What every decision of one run shares: what was offered and shown. */
export interface Offer {
  readonly configuration: string
  readonly text: string
  readonly choices: Readonly<Record<string, boolean>>
}

/** Makes bodies as the widget posts them: one decision each, a new id and a new browser's secret every time. */
export function decisionBodies({ configuration, text, choices }: Offer): () => string {
  const shared = JSON.stringify({
    type: 'decision',
    configuration,
    text,
    language: 'en',
    method: 'banner',
    choices,
  })
  const tail = shared.slice(1)
  return () => {
    const now = Date.now()
    const random = randomBytes(26).toString('hex')
    return `{"decisions":[{"id":"${uuid7(now, random)}","decidedAt":${now},"secret":"${time(now)}${random.slice(20)}",${tail}]}`
  }
}

export const time = (now: number): string => now.toString(16).padStart(12, '0')

export function uuid7(now: number, random: string): string {
  const stamp = time(now)
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`
}
