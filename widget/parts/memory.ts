import type { PartOf } from './part.ts'

/**
 * Has the site's own server remember the choice: a cookie that HTTP has set is kept as long as it says, and one that a
 * script has written for seven days at most in Safari. Asked at each change, and once a session, in case it did not answer.
 */
export const start: PartOf<'memory'> = (assent, { endpoint, key }) => {
  assent.onChange(() => {
    const value = document.cookie
      .split('; ')
      .find(pair => pair.startsWith(`${key}=`))
      ?.slice(key.length + 1)
    const time = value?.split('.')[1]
    if (!value || !time || seen(`${key}_kept`) === time) return
    // As it is: all of its characters may stand in a query, and nginx decodes none.
    void fetch(`${endpoint}?v=${value}`, { method: 'POST', keepalive: true }).then(
      ({ ok }) => ok && see(`${key}_kept`, time),
      () => {}, // Not there, or offline: the next page asks again.
    )
  })
}

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
