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
  readonly sending: string
  readonly nothing: string
  readonly faults: FormFaults
  readonly done: string
  readonly receipt: string
  readonly close: string
}

/** Stopping is less work than starting: an address, and nothing else. */
export function OptOutForm({
  texts,
  page = false,
}: {
  readonly texts: OptOutTexts
  readonly page?: boolean
}) {
  const channels = texts.channels.map(({ address }) => address.channel)
  return (
    <section class="assent-box">
      {page ? (
        <h1>{texts.title}</h1>
      ) : (
        <div class="assent-head">
          <h2 tabindex={-1}>{texts.title}</h2>
          <button type="button" data-assent="close" aria-label={texts.close}>
            <span aria-hidden="true">✕</span>
          </button>
        </div>
      )}
      <div class="assent-done" tabindex={-1} {...when('done')}>
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
          {!page && <span {...when('sending')}>{texts.sending}</span>}
        </output>
        <button type="submit" data-assent="opt-out">
          {texts.submit}
        </button>
        {page && <Minted names={channels.map(channel => `${channel}-id`)} />}
      </form>
    </section>
  )
}
