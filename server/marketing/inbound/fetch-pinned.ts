import type { FetchPinned } from './sns.ts'

const PATIENCE = 5_000
const LONGEST = 65_536
/** Certificates that are kept. Amazon changes its own every year or so. */
const KEPT = 16
/** Whoever knows a topic can name certificates that are none: so many are asked for at once, and no more. */
const AT_ONCE = 4

/** Asks Amazon. What was had once is not asked for again; a confirmation always is. */
export function createFetchPinned(): FetchPinned {
  const certificates = new Map<string, string>()
  let asking = 0

  return async url => {
    const known = certificates.get(url)
    if (known !== undefined) return known
    if (asking >= AT_ONCE)
      throw new Error(`couldn't ask for ${url}: too many certificates are being asked for`)
    asking++
    try {
      const text = await ask(url)
      if (!url.endsWith('.pem')) return text
      if (certificates.size >= KEPT) certificates.clear()
      certificates.set(url, text)
      return text
    } catch (cause) {
      throw new Error(`couldn't fetch ${url}`, { cause })
    } finally {
      asking--
    }
  }
}

async function ask(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
  if (!answer.ok) throw new Error(`Amazon answered ${answer.status}`)
  const text = await answer.text()
  if (text.length > LONGEST) throw new Error('the answer is longer than any certificate')
  return text
}
