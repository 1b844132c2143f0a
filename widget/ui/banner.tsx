import { OneOf, FACTS } from './one-of.tsx'

/** The first layer's texts, already filled in: what it says is decided when the configuration is published. */
export interface BannerTexts {
  readonly title: string
  readonly text: string
  readonly change: string
  /** Said only while the browser sends Global Privacy Control. */
  readonly gpc?: string
  readonly accept: string
  readonly reject: string
  readonly choose: string
}

/** Not modal: a named region, first in the tab order, that never holds the focus. */
export function Banner({ texts }: { readonly texts: BannerTexts }) {
  return (
    <section class="assent-first" aria-labelledby="assent-title">
      <div class="assent-say">
        {/* Live, so that a screen reader hears of it; `view.ts` puts the text in once more to set it off. */}
        <h2 id="assent-title" aria-live="polite">
          {texts.title}
        </h2>
        <p>
          {texts.text} {texts.change}
        </p>
        {texts.gpc && <OneOf cases={{ '': null, [FACTS.gpc]: <p class="assent-gpc">{texts.gpc}</p> }} />}
      </div>
      <div class="assent-acts">
        <button data-assent="accept">{texts.accept}</button>
        <button data-assent="reject">{texts.reject}</button>
        <button data-assent="settings">{texts.choose}</button>
      </div>
    </section>
  )
}
