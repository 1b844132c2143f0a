import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import {
  isRightToLeft,
  pickLanguage,
  WIDGET_LANGUAGES,
  type WidgetLanguage,
} from '../../shared/domain/language.ts'
import { escaped, preferredIn } from './form-page.ts'
import type { Refusal } from './refusal-page.ts'

type Said = readonly [title: string, text: string]
interface Words {
  readonly none: Said
  readonly unsent: Said
  readonly later: Said
}

/** Said where no published page can be: the site is unknown, its publication older than these words, or storage fails. */
const WORDS: Readonly<Record<WidgetLanguage, Words>> = {
  en: {
    none: ['There is no such page', 'Check the address, or go back to the website that led you here.'],
    unsent: [
      'Nothing was recorded',
      'Open the form again at this address, fill it in, and send it from there.',
    ],
    later: [
      'This does not work at the moment',
      'The fault is on our side, not yours. Wait a few minutes, then try again.',
    ],
  },
  de: {
    none: [
      'Diese Seite gibt es nicht',
      'Prüfen Sie die Adresse, oder gehen Sie zurück zu der Website, von der Sie kommen.',
    ],
    unsent: [
      'Nichts wurde aufgezeichnet',
      'Öffnen Sie das Formular unter dieser Adresse noch einmal, füllen Sie es aus, und senden Sie es von dort.',
    ],
    later: [
      'Das geht gerade nicht',
      'Der Fehler liegt bei uns, nicht bei Ihnen. Warten Sie einige Minuten, und versuchen Sie es dann noch einmal.',
    ],
  },
  ar: {
    none: ['هذه الصفحة غير موجودة', 'تحقق من العنوان، أو ارجع إلى الموقع الذي جئت منه.'],
    unsent: ['لم يُسجَّل شيء', 'افتح النموذج من جديد على هذا العنوان واملأه ثم أرسله من هناك.'],
    later: ['هذا غير ممكن الآن', 'الخلل لدينا وليس لديك. انتظر بضع دقائق ثم حاول مرة أخرى.'],
  },
}

const OF_CASE: Readonly<Record<string, keyof Words>> = {
  none: 'none',
  closed: 'none',
  elsewhere: 'unsent',
  unread: 'unsent',
}

const CSS = `:root{color-scheme:light dark;background:Canvas;color:CanvasText;font:1em/1.6 system-ui,sans-serif}body{max-width:38em;margin:0 auto;padding:2em max(16px,3vw)}h1{font-size:1.5em;line-height:1.3}code{font:inherit;overflow-wrap:anywhere}`
const CSS_HASH = createHash('sha256').update(CSS).digest('base64')

export function plainRefusal(c: Context, { status, number }: Refusal, fact: string): Response {
  const language = pickLanguage(preferredIn(c), WIDGET_LANGUAGES) as WidgetLanguage
  const [title, text] = WORDS[language][OF_CASE[fact] ?? 'later']
  c.header('Cache-Control', 'no-store')
  c.header('Content-Language', language)
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'sha256-${CSS_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  return c.html(page({ language, title, text, number }), status)
}

interface Shown {
  readonly language: string
  readonly title: string
  readonly text: string
  readonly number: string | undefined
}

const page = ({ language, title, text, number }: Shown): string => `<!doctype html>
<html lang="${language}" dir="${isRightToLeft(language) ? 'rtl' : 'ltr'}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>${CSS}</style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${text}</p>${number === undefined ? '' : `\n      <p><code dir="ltr">${escaped(number)}</code></p>`}
    </main>
  </body>
</html>
`
