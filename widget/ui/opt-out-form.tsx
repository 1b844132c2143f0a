import type { AddressTexts } from './address-field.tsx'
import { AddressField } from './address-field.tsx'
import { Minted, Receipt, Refused, type FormFaults } from './opt-in-form.tsx'
import { unless, when } from './when.ts'

/** Words in one language, already filled in. */
export interface OptOutTexts {
  readonly title: string
  readonly intro: string
  readonly channels: readonly { readonly address: AddressTexts; readonly done: string }[]
  readonly submit: string
  readonly nothing: string
  readonly faults: FormFaults
  readonly done: string
  readonly receipt: string
}

/** Stopping is less work than starting: an address, and nothing else. */
export function OptOutForm({ texts }: { readonly texts: OptOutTexts }) {
  const channels = texts.channels.map(({ address }) => address.channel)
  return (
    <section class="assent-box">
      <h1>{texts.title}</h1>
      <div class="assent-done" {...when('done')}>
        <p>
          <strong>{texts.done}</strong>
        </p>
        {texts.channels.map(({ address: { channel }, done }) => (
          <div key={channel} {...when(`done:${channel}`)}>
            <p>{done}</p>
            <Receipt label={texts.receipt} channel={channel} />
          </div>
        ))}
      </div>
      <form method="post" novalidate {...unless('over')}>
        <p>{texts.intro}</p>
        {texts.channels.map(({ address }) => (
          <div key={address.channel} class="assent-stop" {...unless(`done:${address.channel}`)}>
            <AddressField texts={address} />
          </div>
        ))}
        <div role="alert">
          <Refused texts={texts.faults} />
        </div>
        <output>
          <span {...when('nothing')}>{texts.nothing}</span>
        </output>
        <button type="submit" data-assent="opt-out">
          {texts.submit}
        </button>
        <Minted names={channels.map(channel => `${channel}-id`)} />
      </form>
    </section>
  )
}
