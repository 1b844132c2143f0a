import type { ComponentChildren } from 'preact'
import { FACTS, OneOf } from './one-of.tsx'

export interface EmbedService {
  readonly id: string
  readonly hosts: readonly string[]
  readonly title: string
  readonly text: string
  readonly approved: boolean
}

export interface EmbedTexts {
  readonly services: readonly EmbedService[]
  /** Label of the button that grants it, by purpose id. */
  readonly allow: Readonly<Record<string, string>>
  /** Label of the button that loads this one element now, and nothing else. */
  readonly once: string
  readonly titleOther: string
  readonly textOther: string
  readonly choose: string
}

/** Stands where embedded content would be. One module serves every embed of a site, so it carries all the cases. */
export function EmbedPlaceholder({ texts }: { readonly texts: EmbedTexts }) {
  /** For a purpose that is none of the site's, and for a service nobody approved, there is nothing to offer. */
  const offered = (button: (purpose: string) => ComponentChildren) => (
    <OneOf
      cases={{
        '': (
          <OneOf
            cases={{
              '': null,
              ...Object.fromEntries(Object.keys(texts.allow).map(id => [FACTS.purpose(id), button(id)])),
            }}
          />
        ),
        ...byService(
          texts.services.filter(s => !s.approved),
          () => null,
        ),
      }}
    />
  )
  return (
    <div class="assent-waits">
      <p class="assent-name">
        <OneOf cases={{ '': texts.titleOther, ...byService(texts.services, s => s.title) }} />
      </p>
      <p>
        <OneOf cases={{ '': texts.textOther, ...byService(texts.services, s => s.text) }} />
      </p>
      <div class="assent-acts">
        {offered(id => (
          <button type="button" data-assent="accept">
            {texts.allow[id]}
          </button>
        ))}
        {offered(() => (
          <button type="button" data-assent="once">
            {texts.once}
          </button>
        ))}
        <button type="button" data-assent="settings" aria-haspopup="dialog">
          {texts.choose}
        </button>
      </div>
    </div>
  )
}

/** A page names the service, or its address does. */
function byService<T>(
  services: readonly EmbedService[],
  show: (service: EmbedService) => T,
): Record<string, T> {
  return Object.fromEntries(
    services.flatMap(service =>
      [FACTS.service(service.id), ...service.hosts.map(FACTS.host)].map(fact => [fact, show(service)]),
    ),
  )
}
