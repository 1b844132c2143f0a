import { when } from './when.ts'
import type { Words } from './words.ts'

type RefusalWords = Pick<Words, `page${string}` & keyof Words> & Pick<Words, 'optOutTitle' | 'privacyNotice'>

/** What a page without scripts says when there is nothing else to show; of all its cases, the one that it is. */
export function Refusal({ words, language }: { readonly words: RefusalWords; readonly language: string }) {
  return (
    <section class="assent-box assent-refusal">
      <Case fact="none" title={words.pageNone} text={words.pageNoneText} />
      <Case fact="closed" title={words.pageClosed} text={words.pageClosedText} />
      <Case
        fact="elsewhere"
        title={words.pageElsewhere}
        text={words.pageElsewhereText}
        again={words.pageAgain}
      />
      <Case fact="unread" title={words.pageUnread} text={words.pageUnreadText} again={words.pageAgain} />
      <Case fact="later" title={words.pageLater} text={words.pageLaterText} again={words.pageRetry} />
      <p class="assent-hint" {...when('numbered')}>
        {words.pageNumber} <code dir="ltr" data-said="number" />
      </p>
      <p class="assent-small">
        <a href={`opt-out.${language}.html`}>{words.optOutTitle}</a> ·{' '}
        <a href={`notice.${language}.html`}>{words.privacyNotice}</a>
      </p>
    </section>
  )
}

interface CaseProps {
  readonly fact: string
  readonly title: string
  readonly text: string
  readonly again?: string
}

function Case({ fact, title, text, again }: CaseProps) {
  return (
    <div {...when(fact)}>
      <h1>{title}</h1>
      <p>{text}</p>
      {again !== undefined && (
        <p class="assent-again">
          {/* oxlint-disable-next-line jsx-a11y/anchor-is-valid -- that of the page itself, then asked for and not sent */}
          <a href="">{again}</a>
        </p>
      )}
    </div>
  )
}
