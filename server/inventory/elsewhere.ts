import type { SiteConfiguration } from '../../shared/domain/site.ts'

/**
 * The hosts a site is published for, where this server's is none of them. The widget's own service, known by its cookie, says
 * where pages reach the consent server; `assent init` writes it there, and into the snippet.
 */
export function publishedElsewhere(
  { site, services = [] }: Pick<SiteConfiguration, 'site'> & Partial<Pick<SiteConfiguration, 'services'>>,
  url: string,
): readonly string[] | undefined {
  const own = services.find(({ cookies }) => cookies.some(({ name }) => name === `assent_${site}`))
  if (!own || own.hosts.length === 0) return undefined
  const here = hostOf(url)
  return own.hosts.some(host => hostOf(`${new URL(url).protocol}//${host}`) === here) ? undefined : own.hosts
}

const THIS_MACHINE = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])$/

/** This machine has several names for itself. */
function hostOf(address: string): string {
  const { hostname, port } = new URL(address)
  return `${THIS_MACHINE.test(hostname) ? 'localhost' : hostname}:${port}`
}
