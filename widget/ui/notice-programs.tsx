import type { Channel } from '../../shared/domain/site.ts'
import type { NoticeDocument, NoticeProgram } from './notice-document.ts'
import { fill, list, type Words } from './words.ts'

const CHANNEL = { email: 'optInEmail', sms: 'optInSms' } as const satisfies Record<Channel, keyof Words>

/** By which ways a purpose's programs write, how often, under which terms, and with whom one shares what it is given. */
export function NoticePrograms({
  programs,
  notice,
}: {
  readonly programs: readonly NoticeProgram[]
  readonly notice: NoticeDocument
}) {
  const { words, language } = notice
  if (programs.length === 0) return null
  return (
    <ul>
      {programs.map(({ name, channels, frequency, terms, sharesWith }) => (
        <li key={name}>
          <strong>{name}:</strong>{' '}
          {list(
            channels.map(channel => words[CHANNEL[channel]]),
            language,
          )}
          {frequency !== undefined && `. ${words.noticeFrequency} ${frequency}`}
          {terms !== undefined && (
            <>
              {' '}
              <a href={terms} target="_blank" rel="noopener">
                {words.noticeTerms}
                <span class="assent-unseen"> ({words.opensNew})</span>
              </a>
            </>
          )}
          {sharesWith !== undefined &&
            ` ${fill(words.noticeShares, { program: name, recipient: sharesWith }, language)}`}
        </li>
      ))}
    </ul>
  )
}

/** What carriers ask of every notice that speaks of text messages, and people of every sender. */
export function NoticeSms({ notice: { messages, words, language } }: { readonly notice: NoticeDocument }) {
  const texting = messages.flatMap(({ programs }) => programs).filter(p => p.channels.includes('sms'))
  if (texting.length === 0) return null
  const sharing = texting.filter(({ sharesWith }) => sharesWith !== undefined).map(({ name }) => name)
  return (
    <p>
      {words.noticeSms}
      {sharing.length > 0 && ` ${fill(words.noticeSmsBut, { programs: list(sharing, language) }, language)}`}
    </p>
  )
}
