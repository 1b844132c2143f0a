import type { Description } from '../../server/routes/described/description.ts'
import { descriptionOf } from './app.ts'

/** The real `fetch`, which holds what is sent and what comes back against the description of the API. */
export interface HeldFetch {
  readonly fetch: typeof globalThis.fetch
  /** Every operation called so far, as OpenAPI writes it. */
  readonly called: ReadonlySet<string>
}

export function heldFetch(describe = descriptionOf): HeldFetch {
  const called = new Set<string>()
  return {
    called,
    fetch: async (input, init) => {
      const url = new URL(input as string)
      const method = init?.method ?? 'GET'
      const description = describe(method, url.pathname)
      if (!description) throw new Error(`${method} ${url.pathname} is no address of the API`)
      called.add(`${method} ${description.paths[0]}`)
      holdQuestion(description, url, init)
      const response = await fetch(input, init)
      await holdAnswer(description, response.clone())
      return response
    },
  }
}

function holdQuestion({ query = {}, optional = [], body }: Description, url: URL, init?: RequestInit): void {
  const asked = [...url.searchParams.keys()]
  const unknown = asked.filter(name => !(name in query))
  const missing = Object.keys(query).filter(name => !optional.includes(name) && !asked.includes(name))
  if (unknown.length > 0 || missing.length > 0)
    throw new Error(`${url.pathname} does not take ${unknown.join(', ')}, needs ${missing.join(', ')}`)
  const type = new Headers(init?.headers).get('content-type')
  if (type === 'application/json') body!.parse(JSON.parse(init?.body as string))
}

async function holdAnswer({ answer }: Description, response: Response): Promise<void> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status !== 200 || type.startsWith('text/csv')) return
  if (answer.type !== '*/*' && !type.startsWith(answer.type))
    throw new Error(`${type} came back, not ${answer.type}`)
  answer.schema.parse(answer.type.endsWith('json') ? await response.json() : await response.text())
}
