import type { PartOf } from './part.ts'

/** Once there is a choice of ours, what another consent tool keeps of its own is of no more use, and goes. */
export const start: PartOf<'forget-old'> = (assent, names) => {
  assent.onChange(() => {
    for (const name of names) {
      try {
        localStorage.removeItem(name)
        if (document.cookie.split('; ').some(pair => pair.startsWith(`${name}=`))) expire(name)
      } catch {
        // It is blocked: nothing is kept there.
      }
    }
  })
}

/** It goes only under the domain and path it was set with, and neither can be read. */
function expire(name: string): void {
  const labels = location.hostname.split('.')
  const domains = ['', ...labels.map((_, first) => `;domain=${labels.slice(first).join('.')}`)]
  const steps = location.pathname.split('/')
  const paths = ['/', ...steps.map((_, end) => steps.slice(0, end + 1).join('/') || '/')]
  for (const domain of domains)
    for (const path of paths) document.cookie = `${name}=;max-age=0;path=${path}${domain}`
}
