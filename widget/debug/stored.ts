import type { DebugService } from '../../shared/domain/debug.ts'
import type { Judge } from './judge.ts'
import type { Line } from './line.ts'

/** All that a script can see of what this browser keeps for the page. */
export async function stored(judge: Judge): Promise<readonly Line[]> {
  const line = (kind: string, name: string, services: readonly DebugService[]): Line => {
    const wrong = judge.against(services)
    const of =
      services.length === 0
        ? `${kind} · not declared`
        : `${kind} · ${services.map(({ id, purpose }) => `${id}, ${purpose}`).join('; ')}`
    return { what: name, of, ...(wrong !== undefined && { wrong }) }
  }
  return [
    ...attempt(() => document.cookie.split('; ').filter(Boolean)).map(pair => {
      const name = pair.split('=')[0]!
      return line('cookie', name, judge.byName('cookie', name))
    }),
    ...attempt(() => Object.keys(localStorage)).map(name =>
      line('local storage', name, judge.byName('local', name)),
    ),
    ...attempt(() => Object.keys(sessionStorage)).map(name =>
      line('session storage', name, judge.byName('session', name)),
    ),
    ...(await later(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''))).map(name =>
      line('database', name, judge.byName('database', name)),
    ),
    ...(await later(() => caches.keys())).map(name => line('cache', name, judge.byName('cache', name))),
  ]
}

function attempt(look: () => string[]): string[] {
  try {
    return look()
  } catch {
    return [] // Blocked in this browser, or not there on plain http: nothing is kept there.
  }
}

/** The same of what answers later. */
const later = async (look: () => Promise<string[]>): Promise<string[]> => {
  try {
    return await look()
  } catch {
    return []
  }
}
