import type { SettingsParts } from './settings.tsx'
import type { ShownPurpose } from './settings-document.ts'
import { ServiceDetails } from './service.tsx'
import { plural } from './words.ts'

/** One purpose: its own switch, off until the person moves it, and who would make use of it. */
export function Purpose({ purpose, ...parts }: SettingsParts & { readonly purpose: ShownPurpose }) {
  const { model, page } = parts
  const { words, language } = page
  const { id, name, description, services, required } = purpose
  const nameId = `assent-name-${id}`
  const textId = `assent-text-${id}`
  const switchId = `assent-switch-${id}`
  const isOn = required || model.isOn(id)
  return (
    <section class="assent-purpose" aria-labelledby={nameId}>
      <div class="assent-top">
        <h3 id={nameId}>{required ? name : <label for={switchId}>{name}</label>}</h3>
        {required ? (
          <span class="assent-state">{words.always}</span>
        ) : (
          <span class="assent-switch">
            <span class="assent-state" aria-hidden="true">
              {isOn ? words.on : words.off}
            </span>
            <input
              type="checkbox"
              // A native box tells its state by itself.
              // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props
              role="switch"
              id={switchId}
              aria-describedby={textId}
              checked={isOn}
              onChange={event => model.move(id, event.currentTarget.checked)}
            />
          </span>
        )}
      </div>
      <p id={textId}>{description}</p>
      {!required && (model.record.value || model.isLax) && !model.isAnswered(id) && (
        <p class="assent-muted">{words.unanswered}</p>
      )}
      {!required && model.isChanged(id) && <p class="assent-note">{words.changed}</p>}
      {model.isKeptOff(purpose) && <p class="assent-muted">{words.gpcPurpose}</p>}
      {services.length > 0 ? (
        <details>
          <summary>{plural(words.services, services.length, language)}</summary>
          {services.map(service => (
            <ServiceDetails key={service.id} service={service} page={page} />
          ))}
        </details>
      ) : (
        <p class="assent-muted">{words.noServices}</p>
      )}
    </section>
  )
}
