import { isApproved } from './gating.ts'
import type { Service } from './site.ts'

/**
 * A Content-Security-Policy for the owner's own pages that lets approved services load, and nobody else: the browser's own
 * lock behind our gates. What the page itself needs inline is the owner's to add.
 * @param server origin of the consent server
 * @param stub hash sources of the scripts that are pasted
 */
export function pagePolicy(services: readonly Service[], server: string, stub: string): string {
  const hosts = [...new Set(services.filter(isApproved).flatMap(service => service.hosts))].toSorted()
  const own = ["'self'", ...hosts]
  return [
    ['default-src', "'self'"],
    ['script-src', "'self'", stub, server, ...hosts],
    ['connect-src', "'self'", server, ...hosts],
    ...['frame-src', 'img-src', 'style-src', 'font-src', 'media-src', 'object-src'].map(name => [
      name,
      ...own,
    ]),
    ['base-uri', "'self'"],
  ]
    .map(directive => directive.join(' '))
    .join('; ')
}
