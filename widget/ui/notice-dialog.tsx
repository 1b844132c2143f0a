import type { NoticeDocument } from './notice-document.ts'
import { Notice } from './notice.tsx'

/** The notice over the owner's page; `widget/notice.ts` opens and closes it. */
export function NoticeDialog({ notice }: { readonly notice: NoticeDocument }) {
  const { words, language } = notice
  return (
    <dialog aria-labelledby="assent-notice">
      <div class="assent-bar">
        <a data-assent="page" href={`notice.${language}.html`} target="_blank" rel="noopener">
          {words.noticePage}
          <span class="assent-unseen"> ({words.opensNew})</span>
        </a>
        <button type="button" data-assent="close" aria-label={words.noticeClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {/* Focusable, so that a click in it leaves the keyboard inside, and arrows scroll it. */}
      <div class="assent-notice-text" tabIndex={-1}>
        <Notice notice={notice} top={2} href={here} />
      </div>
    </dialog>
  )
}

/** `/path` is on the page already. */
const here = (url: string): string => (url.startsWith('#') ? `#assent-notice-${url.slice(1)}` : url)
