import { Said } from './said-places.tsx'
import { when } from './when.ts'

/** One line for each kind of thing that can stand in a list: `{program}`. */
export type Lines = Readonly<Record<string, string>>

export interface RecordTexts {
  readonly title: string
  readonly text: string
  readonly acts: Lines
  readonly receipt: string
  readonly messagesTitle: string
  readonly messagesText: string
  readonly messages: Lines
}

/** What was said by and about the address, each with its receipt, and what was written to and by it. */
export function PreferencesRecord({ texts }: { readonly texts: RecordTexts }) {
  return (
    <>
      <details>
        <summary>
          <h2>{texts.title}</h2>
        </summary>
        <p class="assent-before">{texts.text}</p>
        <ListOf name="acts" lines={texts.acts} link={texts.receipt} />
      </details>
      <details {...when('messages')}>
        <summary>
          <h2>{texts.messagesTitle}</h2>
        </summary>
        <p class="assent-before">{texts.messagesText}</p>
        <ListOf name="messages" lines={texts.messages} />
      </details>
    </>
  )
}

/** The server repeats the line that fits for each thing there is. */
function ListOf({
  name,
  lines,
  link,
}: {
  readonly name: string
  readonly lines: Lines
  readonly link?: string
}) {
  return (
    <ul class="assent-record" data-list={name}>
      {Object.entries(lines).map(([kind, text]) => (
        <li key={kind} data-each={kind}>
          <div>
            <Said text={text} /> <span class="assent-hint" data-said="at" />
          </div>
          {/* oxlint-disable-next-line jsx-a11y/anchor-is-valid -- the server writes it */}
          {link !== undefined && <a data-link="receipt">{link}</a>}
        </li>
      ))}
    </ul>
  )
}
