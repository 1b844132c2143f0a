/** Longer lists are cut: nobody reads forty languages, and a header must not cost the server time. */
const MOST = 32

/** Values of an Accept-Language or Accept-Encoding header in the reader's order (RFC 9110, 12.4.2); `q=0` is left out. */
export function acceptedInOrder(header: string | undefined): string[] {
  return weighted(header)
    .filter(v => v.q > 0)
    .sort((a, b) => b.q - a.q)
    .map(v => v.value)
}

export type Encoding = 'br' | 'gzip' | 'identity'

/** The smallest encoding the reader takes as gladly as any other. */
export function pickEncoding(header: string | undefined): Encoding {
  const list = weighted(header)
  const q = (name: string) =>
    list.find(v => v.value === name)?.q ??
    list.find(v => v.value === '*')?.q ??
    (name === 'identity' ? 0.0001 : 0)
  const offered: Encoding[] = ['br', 'gzip', 'identity']
  return offered.sort((a, b) => q(b) - q(a))[0]!
}

function weighted(header: string | undefined): { value: string; q: number }[] {
  return (header ?? '')
    .slice(0, 1024)
    .split(',', MOST)
    .map(part => {
      const [value = '', ...parameters] = part.split(';').map(p => p.trim().toLowerCase())
      const q = parameters.find(p => p.startsWith('q='))
      const weight = q === undefined ? 1 : Number(q.slice(2))
      return { value, q: weight >= 0 && weight <= 1 ? weight : 0 }
    })
    .filter(v => v.value !== '')
}
