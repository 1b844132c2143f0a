import type { Channel } from '../../shared/domain/site.ts'
import { when } from './when.ts'

export interface AddressTexts {
  readonly channel: Channel
  readonly label: string
  readonly hint?: string
  /** What is wrong with it, by the reason of a refusal; `empty`: none was given. */
  readonly faults: Readonly<Record<string, string>>
}

const KIND = {
  email: { type: 'email', autocomplete: 'email', inputmode: 'email' },
  sms: { type: 'tel', autocomplete: 'tel', inputmode: 'tel' },
} as const satisfies Record<Channel, object>

/** RFC 5321 allows 254 bytes; whoever pastes more should see it refused, not cut. */
const LONGEST = 320

/** An e-mail address or a number, and beside it, when it is so, what is wrong with it. */
export function AddressField({ texts }: { readonly texts: AddressTexts }) {
  const { channel, label, hint, faults } = texts
  return (
    <div class="assent-field">
      <label>
        <span>{label}</span>
        <input
          name={`${channel}-address`}
          {...KIND[channel]}
          maxlength={LONGEST}
          dir="ltr"
          data-value={`${channel}-address`}
          data-fault={channel}
        />
      </label>
      {hint && <p class="assent-hint">{hint}</p>}
      {Object.entries(faults).map(([reason, text]) => (
        <Fault key={reason} fact={`${channel}:${reason}`} text={text} />
      ))}
    </div>
  )
}

/** `field:reason`; a field that says `data-fault="field"` is described by it. */
export function Fault({ fact, text }: { readonly fact: string; readonly text: string }) {
  return (
    <p class="assent-fault" id={`assent-${fact.replace(':', '-')}`} {...when(fact)}>
      {text}
    </p>
  )
}
