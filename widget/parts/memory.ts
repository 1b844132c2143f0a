import { readCookie } from '../consent/stored.ts'
import type { PartOf } from './part.ts'

/**
 * Has the site's own server remember the choice: a cookie that HTTP has set is kept as long as it says, and one that a
 * script has written for seven days at most in Safari. Asked at each change, and once a session, in case it did not answer.
 */
export const start: PartOf<'memory'> = (assent, { endpoint, key }) => {
  /** Names that the server was sent again after it had removed them: no script sees those. */
  let last: Promise<readonly string[]> = Promise.resolve([])

  /** As it is: all of its characters may stand in a query, and nginx decodes none. */
  async function ask(value: string, time: string): Promise<readonly string[]> {
    const send = () => fetch(`${endpoint}?v=${value}`, { method: 'POST', keepalive: true })
    try {
      const answer = await send()
      if (answer.ok) see(`${key}_kept`, time)
      return answer.headers.has(REMOVED) ? namesIn(await send()) : []
    } catch {
      return [] // Not there, or offline: the next page asks again.
    }
  }
  assent.onChange(() => {
    const value = readCookie(key)
    const time = value?.split('.')[1]
    if (value && time && seen(`${key}_kept`) !== time) last = ask(value, time)
  })
  const before = assent.removeRest
  assent.removeRest = async () => [...((await before?.()) ?? []), ...(await last)]
}

const REMOVED = 'assent-removed'
const namesIn = ({ headers }: Response): string[] =>
  (headers.get(REMOVED) ?? '').split(';').filter(name => name !== '')

function seen(name: string): string | null | undefined {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return undefined
  }
}

function see(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value)
  } catch {
    // It is blocked: the next page asks again.
  }
}
