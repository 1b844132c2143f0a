/**
 * The stub owners paste, inline. It knows the site's key and host and nothing of its configuration, so that its CSP hash
 * survives every publish. Whatever happens in it or after it, the page goes on as if it were not there.
 */
import { ADVERTISING_FLAGS } from '../shared/domain/signals.ts'
import type { QueuedCall } from './consent/page.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'

if (!window.assent) {
  const queue: QueuedCall[] = []
  let isLater
  let remembered: string[] = []
  try {
    // Time, configuration, choices, flags; the secret is of no use here.
    remembered = (document.cookie.split('assent___SITE__=v1.')[1] ?? '').split(/[.;]/)
    isLater = sessionStorage.getItem('assent___SITE___later')
  } catch {
    // An opaque origin (sandboxed frame), or no storage: nothing is remembered, so nothing is granted.
  }
  const [, , choices = '', flagsAndGpc = ''] = remembered
  // Decided before the signal came on: until the loader knows which purposes it covers, all are denied.
  // oxlint-disable-next-line unicorn/prefer-string-starts-ends-with -- bytes
  const isMasked = navigator.globalPrivacyControl && !/g$/.test(flagsAndGpc)
  const flags = parseInt(flagsAndGpc) & (isMasked ? ~ADVERTISING_FLAGS : -1)
  tellConsentMode('default', flags, { wait_for_update: 500 })

  /** Imported only once a preload has ended: a pending `import()` holds the page's load event in two engines. */
  const { nonce } = document.currentScript!
  const load = (name: string): Promise<unknown> =>
    new Promise<unknown>(done => {
      const link = document.createElement('link')
      link.rel = 'modulepreload'
      link.nonce = nonce
      link.onload = link.onerror = done // oxlint-disable-line unicorn/prefer-add-event-listener -- bytes
      link.href = name = '__HOST__/s/__SITE__/' + name
      if (link.relList.supports('modulepreload')) document.head.append(link)
      else done(0)
    })
      .then(() => import(/* @vite-ignore */ name))
      .catch(() => {})

  const first = !remembered[0] && (isLater || load(`first.${document.documentElement.lang || 'x'}.mjs`))
  window.assent = {
    queue,
    tell: tellConsentMode,
    flags,
    granted: purpose => !isMasked && choices.split(',').includes(`${purpose}:1`),
    onChange(tell) {
      queue.push(assent => assent.onChange(choices => tell(choices)))
      return () => {
        tell = () => {}
      }
    },
    open: view => queue.push(assent => assent.open(view)),
    decide: choices => queue.push(assent => assent.decide(choices)),
    withdraw: () => queue.push(assent => assent.withdraw()),
    first,
  }
  // What shows the banner comes first and alone: nothing before an answer needs the loader as much.
  void Promise.resolve(first).then(() => load('assent.js'))
}
