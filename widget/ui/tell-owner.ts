import type { SettingsDocument } from './settings-document.ts'

/**
 * What is misspelt or missing never loads, and nobody sees why: the console tells, to whoever opens the settings. In
 * English, for its readers write HTML; in this view, so that no visitor pays for it who does not open it.
 */
export function tellOwner({ purposes }: SettingsDocument): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-consent]'))
    for (const why of faultsOf(element, purposes))
      // oxlint-disable-next-line no-console -- the one place that speaks to the owner
      console.warn(`Assent: this never loads, whatever is granted. ${why}`, element)
}

function* faultsOf(
  { dataset, outerHTML }: HTMLElement,
  purposes: SettingsDocument['purposes'],
): Generator<string> {
  const { consent = '', service } = dataset
  if (!purposes.some(({ id }) => id === consent)) yield unknown('purpose', 'data-consent', consent, purposes)
  const services = purposes.flatMap(purpose => purpose.services)
  const named = services.find(({ id }) => id === service)
  if (service !== undefined && !named) yield unknown('service', 'data-service', service, services)
  const html = outerHTML.toLowerCase()
  for (const { id, hosts, approved } of services) {
    const host = hosts.find(each => html.includes(each))
    if (approved || !(id === service || host)) continue
    const what =
      id === service ? `data-service="${id}"` : `It names ${host}, and so the service "${id}", which`
    yield `${what} is not approved: give it "approval": { "state": "approved", "by": …, "on": … } in the configuration and publish that.`
  }
}

const unknown = (
  what: 'purpose' | 'service',
  attribute: string,
  given: string,
  known: readonly { readonly id: string }[],
): string =>
  `${attribute}="${given}" is no ${what} of this site, which has ${known.map(({ id }) => id).join(', ')}: correct it, or add { "id": "${given}", … } to "${what}s" in the configuration and publish that.`

/** What a withdrawal has left behind, and what owners can do about it. */
export function tellLeftovers(names: readonly string[]): void {
  if (names.length > 0)
    // oxlint-disable-next-line no-console -- to the owner, as above
    console.warn(
      `Assent: these could not be removed: ${names.join(', ')}. A cookie goes only by the domain and path it was set with: declare both as the browser shows them. What scripts cannot see goes by "choice.endpoint". A database goes once no page holds it open: "stop" closes it.`,
    )
}
