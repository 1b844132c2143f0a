import { Minted, Refused, type FormFaults } from './opt-in-form.tsx'
import { when } from './when.ts'

/** Words in one language, already filled in but for what is known only when it is opened. */
export interface ConfirmTexts {
  readonly title: string
  readonly intro: string
  readonly program: string
  readonly address: string
  readonly words: string
  readonly submit: string
  readonly notYou: string
  readonly faults: FormFaults
  readonly done: string
  readonly doneText: string
  readonly stop: string
  readonly stopLink: { readonly text: string; readonly href: string }
  readonly takenBack: string
  readonly takenBackText: string
  readonly gone: string
  readonly goneText: string
  /** Where whoever wants the messages signs up: one for each program that takes somebody new. */
  readonly again: readonly { readonly text: string; readonly href: string }[]
}

/** The second step of a double opt-in: what is confirmed, in the words it was agreed to in, and one button. */
export function ConfirmPage({ texts }: { readonly texts: ConfirmTexts }) {
  return (
    <section class="assent-box assent-confirm">
      <div {...when('waiting')}>
        <h1>{texts.title}</h1>
        <p>{texts.intro}</p>
        <What texts={texts} />
        <form method="post">
          <div role="alert">
            <Refused texts={texts.faults} />
          </div>
          <button type="submit" data-assent="confirm">
            {texts.submit}
          </button>
          <Minted names={['request']} />
        </form>
        <p class="assent-small">{texts.notYou}</p>
      </div>
      <div {...when('confirmed')}>
        <h1>{texts.done}</h1>
        <p>{texts.doneText}</p>
        <What texts={texts} />
        <p class="assent-small">
          {texts.stop} <a href={texts.stopLink.href}>{texts.stopLink.text}</a>
        </p>
      </div>
      <div {...when('taken-back')}>
        <h1>{texts.takenBack}</h1>
        <p>{texts.takenBackText}</p>
        <Again links={texts.again} />
      </div>
      <div {...when('gone')}>
        <h1>{texts.gone}</h1>
        <p>{texts.goneText}</p>
        <Again links={texts.again} />
      </div>
    </section>
  )
}

/** The same whatever the link was, so that nobody learns which; a link that is forgotten could not say its program anyway. */
function Again({ links }: { readonly links: ConfirmTexts['again'] }) {
  if (links.length === 0) return null
  return (
    <ul class="assent-again">
      {links.map(({ text, href }) => (
        <li key={href}>
          <a href={href}>{text}</a>
        </li>
      ))}
    </ul>
  )
}

function What({ texts }: { readonly texts: ConfirmTexts }) {
  return (
    <dl>
      <dt>{texts.program}</dt>
      <dd dir="auto" data-said="program" />
      <dt>{texts.address}</dt>
      <dd>
        <bdi data-said="address" />
      </dd>
      <dt>{texts.words}</dt>
      <dd>
        <blockquote dir="auto" data-said="words" />
      </dd>
    </dl>
  )
}
