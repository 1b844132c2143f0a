const HOUR = 3_600_000
/** Origins named in one hour of one site; whoever invents more is not written down. */
const MOST = 20
const LONGEST = 200

/** Takes an origin that was refused; `tell` hears of each one once an hour. */
export type NoteRefused = (site: string, origin: string) => void

export function noteRefusedOrigins(now: () => number, tell: NoteRefused): NoteRefused {
  const hours = new Map<string, { readonly hour: number; readonly origins: Set<string> }>()
  return (site, origin) => {
    if (!isOrigin(origin)) return
    const hour = Math.floor(now() / HOUR)
    const known = hours.get(site)
    const { origins } = known?.hour === hour ? known : { origins: new Set<string>() }
    if (origins.has(origin) || origins.size >= MOST) return
    origins.add(origin)
    hours.set(site, { hour, origins })
    tell(site, origin)
  }
}

/** As a browser writes one: whatever else a program sends stays out of the log. */
export const isOrigin = (text: string): boolean =>
  text.length <= LONGEST && /^https?:/.test(text) && URL.parse(text)?.origin === text
