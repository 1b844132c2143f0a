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
  readonly titleOther: string
  readonly textOther: string
  readonly choose: string
}

/** Stands where embedded content would be. One module serves every embed of a site, so it carries all the cases. */
export function EmbedPlaceholder({ texts }: { readonly texts: EmbedTexts }) {
  const grant = (
    <OneOf
      cases={{
        '': null,
        ...Object.fromEntries(
          Object.entries(texts.allow).map(([id, label]) => [
            FACTS.purpose(id),
            <button key={id} type="button" data-assent="accept">
              {label}
            </button>,
          ]),
        ),
      }}
    />
  )
  return (
    <div class="assent-box">
      <p class="assent-name">
        <OneOf cases={{ '': texts.titleOther, ...byService(texts.services, s => s.title) }} />
      </p>
      <p>
        <OneOf cases={{ '': texts.textOther, ...byService(texts.services, s => s.text) }} />
      </p>
      <div class="assent-acts">
        <OneOf
          cases={{
            '': grant,
            ...byService(
              texts.services.filter(s => !s.approved),
              () => null,
            ),
          }}
        />
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
