import { createElement, type ComponentChildren } from 'preact'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import formPageCss from '../ui/form-page.css?raw'
import optInCss from '../ui/opt-in.css?raw'
import { OptInForm } from '../ui/opt-in-form.tsx'
import optOutCss from '../ui/opt-out.css?raw'
import { OptOutForm } from '../ui/opt-out-form.tsx'
import confirmCss from '../ui/confirm-page.css?raw'
import { ConfirmPage } from '../ui/confirm-page.tsx'
import { FormPage } from '../ui/form-page.tsx'
import { Preferences } from '../ui/preferences.tsx'
import preferencesCss from '../ui/preferences.css?raw'
import { Refusal } from '../ui/refusal.tsx'
import pageCss from '../ui/page.css?raw'
import { html } from './html.ts'
import { wordsOf } from './languages.ts'
import { confirmTexts, optInTexts, optOutTexts } from './marketing-texts.ts'
import { preferencesTexts } from './preferences-texts.ts'
import { styles } from './styles.ts'
import { walkElement } from './walk.ts'

/** The form without scripts. The server fills in what a script would: ids, what was typed, what is wrong. */
export function optInPage(site: SiteConfiguration, program: Program, language: WidgetLanguage): string {
  const texts = optInTexts(site, program, language, true)
  return page(site, language, {
    name: `opt-in.${program.id}`,
    title: texts.title,
    children: createElement(OptInForm, { texts, page: true }),
  })
}

export function optOutPage(site: SiteConfiguration, language: WidgetLanguage): string {
  const texts = optOutTexts(site, language, true)
  return page(site, language, {
    name: 'opt-out',
    title: texts.title,
    children: createElement(OptOutForm, { texts, page: true }),
  })
}

/** What one address gets, by the link that was sent there. The server fills in whose it is and where it stands. */
export function preferencesPage(site: SiteConfiguration, language: WidgetLanguage): string {
  const texts = preferencesTexts(site, language)
  return page(site, language, {
    name: 'preferences',
    title: texts.title,
    children: createElement(Preferences, { texts }),
    css: preferencesCss,
  })
}

/** Where a confirmation leads. Its address holds a secret, which a link to another language would have to repeat: so there is none. */
export function confirmPage(site: SiteConfiguration, language: WidgetLanguage): string {
  const texts = confirmTexts(site, language)
  return page({ ...site, languages: [language] }, language, {
    name: '',
    title: texts.title,
    children: createElement(ConfirmPage, { texts }),
    css: confirmCss,
  })
}

/** Says what was refused, and what to do: the server shows the one case that it is. */
export function refusalPage(site: SiteConfiguration, language: WidgetLanguage): string {
  const words = wordsOf(language)
  // Which page it stands for is known only then, so it has no other languages to offer.
  return page({ ...site, languages: [language] }, language, {
    name: '',
    title: words.pageTitle,
    children: createElement(Refusal, { words, language }),
  })
}

interface Parts {
  readonly name: string
  readonly title: string
  readonly children: ComponentChildren
  readonly css?: string
}

function page(
  site: SiteConfiguration,
  language: WidgetLanguage,
  { name, title, children, css: own = '' }: Parts,
): string {
  const { controller, appearance, languages } = site
  const of = {
    language,
    direction: isRightToLeft(language) ? ('rtl' as const) : ('ltr' as const),
    controller,
    words: wordsOf(language),
  }
  const css = styles(optInCss + optOutCss + pageCss + formPageCss + own, ':root', appearance)
  const whole = { of, css, languages, name, title: `${title} · ${controller.name}` }
  return html(walkElement(createElement(FormPage, { whole, form: children })))
}
