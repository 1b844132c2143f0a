import type { NoticeDocument } from './notice-document.ts'
import { Notice, partsOf } from './notice.tsx'
import { Page } from './page.tsx'
import { fill } from './words.ts'

interface NoticePageProps {
  readonly notice: NoticeDocument
  readonly css: string
  readonly languages: readonly string[]
}

export function NoticePage({ notice, css, languages }: NoticePageProps) {
  const { words, language, site, controller } = notice
  /** `/path` is one of the owner's site, not of this server. */
  const href = (url: string): string =>
    url.startsWith('#')
      ? `#assent-notice-${url.slice(1)}`
      : url.startsWith('/')
        ? new URL(url, controller.website).href
        : url
  return (
    <Page
      of={notice}
      css={css}
      languages={languages}
      name="notice"
      title={fill(words.noticeTitle, { site }, language)}
    >
      <div class="assent-notice-text">
        <Notice notice={notice} top={1} href={href} contents={<Contents notice={notice} />} />
        <footer>
          <p>
            {words.noticeOlder} <a href={`notice-versions.${language}.html`}>{words.noticeVersions}</a>
          </p>
        </footer>
      </div>
    </Page>
  )
}

const Contents = ({ notice }: { readonly notice: NoticeDocument }) => (
  <nav class="assent-contents" aria-label={notice.words.noticeContents}>
    <ol>
      {partsOf(notice).map(({ id, title }) => (
        <li key={id}>
          <a href={`#assent-notice-${id}`}>{title}</a>
        </li>
      ))}
    </ol>
  </nav>
)

/** Every version ever published. The server writes the items of its list, for only the log knows them. */
export function NoticeVersionsPage({ notice, css, languages }: NoticePageProps) {
  const { words, language, site } = notice
  const title = fill(words.noticeVersionsTitle, { site }, language)
  return (
    <Page of={notice} css={css} languages={languages} name="notice-versions" title={title}>
      <div class="assent-notice-text">
        <h1>{title}</h1>
        <p>{words.noticeVersionsIntro}</p>
        <ol reversed class="assent-versions" />
        <footer>
          <p>
            <a href={`notice.${language}.html`}>{words.noticeCurrent}</a>
          </p>
        </footer>
      </div>
    </Page>
  )
}
