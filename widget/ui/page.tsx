import type { ComponentChildren } from 'preact'
import type { NoticeDocument } from './notice-document.ts'
import { saidLanguage } from './said.ts'
import { fill } from './words.ts'

export interface PageProps {
  readonly notice: NoticeDocument
  readonly title: string
  readonly css: string
  readonly languages: readonly string[]
  /** Name of this page among its neighbours, such as `notice`. */
  readonly name: string
  readonly children: ComponentChildren
}

/** A page on the server's own origin: no script, nothing from elsewhere, readable as it is for ever. */
export function Page({ notice, title, css, languages, name, children }: PageProps) {
  const { words, language, direction, controller } = notice
  const { host } = new URL(controller.website)
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="version" content={notice.version} />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style>{css}</style>
      </head>
      <body>
        <header class="assent-top">
          <a href={controller.website}>{fill(words.noticeBack, { host }, language)}</a>
          {languages.length > 1 && (
            <nav aria-label={words.noticeLanguages}>
              {languages.map(tag => (
                <a
                  key={tag}
                  href={`${name}.${tag}.html`}
                  lang={tag}
                  hreflang={tag}
                  aria-current={tag === language && 'page'}
                >
                  {saidLanguage(tag)}
                </a>
              ))}
            </nav>
          )}
        </header>
        <main class="assent-notice-text">{children}</main>
      </body>
    </html>
  )
}
