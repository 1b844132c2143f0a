import type { ComponentChildren } from 'preact'
import { saidLanguage } from './said.ts'
import { fill, type Words } from './words.ts'

export interface PageProps {
  readonly of: {
    readonly language: string
    readonly direction: 'ltr' | 'rtl'
    readonly controller: { readonly website: string }
    readonly words: Pick<Words, 'noticeBack' | 'noticeLanguages'>
    /** Of what it shows, where that has versions. */
    readonly version?: string
  }
  readonly title: string
  readonly css: string
  readonly languages: readonly string[]
  /** Name of this page among its neighbours, such as `notice` or `opt-in.weekly`. */
  readonly name: string
  readonly children: ComponentChildren
}

/** A page on the server's own origin: no script, nothing from elsewhere, readable as it is for ever. */
export function Page({ of, title, css, languages, name, children }: PageProps) {
  const { words, language, direction, controller, version } = of
  const { host } = new URL(controller.website)
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {version !== undefined && <meta name="version" content={version} />}
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
        <main>{children}</main>
      </body>
    </html>
  )
}
