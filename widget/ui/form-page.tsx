import type { ComponentChildren } from 'preact'

export interface FormPageProps {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly title: string
  readonly css: string
  readonly controller: { readonly name: string; readonly website: string }
  readonly children: ComponentChildren
}

/** A page on the server's own origin for whoever has no scripts: nothing in it runs, and nothing comes from elsewhere. */
export function FormPage({ language, direction, title, css, controller, children }: FormPageProps) {
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style>{css}</style>
      </head>
      <body>
        <main>
          <p class="assent-site">
            <a href={controller.website}>{controller.name}</a>
          </p>
          <div class="assent-form">{children}</div>
        </main>
      </body>
    </html>
  )
}
