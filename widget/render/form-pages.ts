import { createElement, type ComponentChildren } from 'preact'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { FormPage } from '../ui/form-page.tsx'
import optInCss from '../ui/opt-in.css?raw'
import { OptInForm } from '../ui/opt-in-form.tsx'
import { OptOutForm } from '../ui/opt-out-form.tsx'
import pageCss from '../ui/page.css?raw'
import { html } from './html.ts'
import { optInTexts, optOutTexts } from './marketing-texts.ts'
import { styles } from './styles.ts'
import { walkElement } from './walk.ts'

/** The form without scripts. The server fills in what a script would: ids, what was typed, what is wrong. */
export function optInPage(site: SiteConfiguration, program: Program, language: WidgetLanguage): string {
  const texts = optInTexts(site, program, language)
  return page(site, language, texts.title, createElement(OptInForm, { texts, page: true }))
}

export function optOutPage(site: SiteConfiguration, language: WidgetLanguage): string {
  const texts = optOutTexts(site, language)
  return page(site, language, texts.title, createElement(OptOutForm, { texts }))
}

function page(
  site: SiteConfiguration,
  language: WidgetLanguage,
  title: string,
  children: ComponentChildren,
): string {
  const { controller, appearance } = site
  const node = createElement(FormPage, {
    language,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    title: `${title} · ${controller.name}`,
    css: styles(optInCss + pageCss, ':root', appearance),
    controller,
    children,
  })
  return html(walkElement(node))
}
