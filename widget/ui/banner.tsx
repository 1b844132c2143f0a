import { OneOf, FACTS } from './one-of.tsx'

/** The first layer's texts, already filled in: what it says is decided when the configuration is published. */
export interface BannerTexts {
  readonly title: string
  readonly text: string
  readonly change: string
  readonly notice: string
  /** Its address, from where the module is served. */
  readonly noticePage: string
  /** Said only while the browser sends Global Privacy Control. */
  readonly gpc?: string
  readonly accept: string
  readonly reject: string
  readonly choose: string
}

/** Not modal: a named region, first in the tab order, that never holds the focus. */
export function Banner({ texts }: { readonly texts: BannerTexts }) {
  return (
    <section aria-label={texts.title}>
      <div>
        {/* Live, so that a screen reader hears of it; `widget/first.ts` puts the text in once more to set it off. */}
        <h2 aria-live="polite">{texts.title}</h2>
        <p>
          {texts.text} {texts.change}{' '}
          <a data-assent="notice" href={texts.noticePage}>
            {texts.notice}
          </a>
        </p>
        {texts.gpc && <OneOf cases={{ '': null, [FACTS.gpc]: <p>{texts.gpc}</p> }} />}
      </div>
      <div>
        <button data-assent="accept">{texts.accept}</button>
        <button data-assent="reject">{texts.reject}</button>
        <button data-assent="settings">{texts.choose}</button>
      </div>
    </section>
  )
}
