import { createHash } from 'node:crypto'
import { createElement } from 'preact'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import { layoutOf } from '../../shared/domain/appearance.ts'
import { CONSENT_TOOLS, takeOverSettings } from '../../shared/domain/take-over.ts'
import { takesOptIns, type Program, type SiteConfiguration } from '../../shared/domain/site.ts'
import { Banner } from '../ui/banner.tsx'
import embedCss from '../ui/embed.css?raw'
import { EmbedPlaceholder } from '../ui/embed-placeholder.tsx'
import firstCss from '../ui/first.css?raw'
import barCss from '../ui/first-bar.css?raw'
import optInCss from '../ui/opt-in.css?raw'
import { OptInForm } from '../ui/opt-in-form.tsx'
import optOutCss from '../ui/opt-out.css?raw'
import { OptOutForm } from '../ui/opt-out-form.tsx'
import type { ElementTree } from '../ui/tree.ts'
import { code } from './code.ts'
import { confirmPage, optInPage, optOutPage, preferencesPage, refusalPage } from './form-pages.ts'
import { linked } from './linked.ts'
import { literal, script } from './literal.ts'
import { firstConfiguration } from './loader-configuration.ts'
import { optInTexts, optOutTexts } from './marketing-texts.ts'
import { renderNotice } from './notice.ts'
import { loaderTexts } from './loader-texts.ts'
import { settling, type Settling, type Since } from './settling.ts'
import { settingsDocument } from './settings-document.ts'
import { styles } from './styles.ts'
import { bannerTexts, embedTexts } from './texts.ts'
import { walkElement } from './walk.ts'

export { noticeFaults } from './notice-faults.ts'

/** Texts of `dist/`: the loader; the runtimes of the plain views and the parts, a line each; the interface with its libraries. */
export interface Built {
  readonly loader: string
  readonly view: string
  readonly parts: string
  readonly ui: string
}

export interface RenderedText {
  readonly name: string
  readonly kind: TextKind
  readonly language?: string
  readonly text: string
}

/**
 * Everything a site serves, made from its configuration. Pure: the same configuration and build give the same bytes,
 * which is what lets a hash stand for what a visitor was shown.
 */
export function render(configuration: SiteConfiguration, built: Built, since: Since = {}): RenderedText[] {
  const hash = sha256(canonicalJson(configuration))
  const rules = settling(
    configuration,
    { settle: lineOf(built, 'settle'), forget: lineOf(built, 'forget-flags') },
    since,
  )
  return [
    ...loaderTexts(configuration, hash, built, rules),
    { name: 'ui', kind: 'ui', text: built.ui },
    ...configuration.languages.flatMap(language => [
      text('first', language, firstModule(configuration, hash, built, rules, language)),
      text('embed', language, embedModule(configuration, built, language)),
      text('settings', language, settingsModule(configuration, built, language)),
      ...configuration.programs
        .filter(takesOptIns)
        .flatMap(program => [
          text('opt-in', language, optInModule(configuration, built, program, language), program.id),
          text('opt-in-page', language, optInPage(configuration, program, language), program.id),
        ]),
      ...(configuration.collectionPoints ?? []).map(point =>
        text('collection', language, point.text[language]!, point.id),
      ),
      ...noticeTexts(configuration, built, language),
      text('opt-out', language, optOutModule(configuration, built, language)),
      text('opt-out-page', language, optOutPage(configuration, language)),
      text('preferences', language, preferencesPage(configuration, language)),
      text('confirm-page', language, confirmPage(configuration, language)),
      text('refusal-page', language, refusalPage(configuration, language)),
    ]),
  ]
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `about`: the program or the collection point, where there is one such text for each. */
const text = (kind: TextKind, language: string, text: string, about?: string): RenderedText => ({
  name: [kind, ...(about === undefined ? [] : [about]), language].join('.'),
  kind,
  language,
  text,
})

/** Order of the runtimes in `view.js`. */
const RUNTIMES = [
  ...(['first', 'embed', 'notice', 'opt-in', 'opt-out', 'settle', 'forget-flags', 'inline'] as const),
  ...CONSENT_TOOLS,
] as const

const lineOf = ({ view }: Built, name: (typeof RUNTIMES)[number]): string =>
  view.trim().split('\n')[RUNTIMES.indexOf(name)] ?? ''
const runtime = (built: Built, name: (typeof RUNTIMES)[number]) => linked(lineOf(built, name))

/** Letters for parameters that hide none of those names. */
const unused = (names: Readonly<Record<string, string>>): string[] =>
  [...'hswpabcdefg'].filter(letter => !Object.values(names).includes(letter))

/** What the layout of the first layer adds: every visitor without a choice pays for it. */
const LAYOUT_CSS = { bar: barCss, box: '', inline: barCss } as const

function firstModule(
  site: SiteConfiguration,
  hash: string,
  built: Built,
  rules: Settling,
  language: WidgetLanguage,
): string {
  const { takeOver } = site.choice
  const { body, names } = runtime(built, takeOver?.tool ?? 'first')
  const banner = walkElement(createElement(Banner, { texts: bannerTexts(site, language) }))
  const tree: ElementTree = ['div', { id: 'assent', ...spoken(language) }, banner]
  const css = literal(styles(firstCss + LAYOUT_CSS[layoutOf(site.appearance)], '#assent', site.appearance))
  const [gpc] = unused(names)
  const made = code(tree, { element: names['element']!, gpc: gpc! })
  const asked = rules.of(script(firstConfiguration(site, hash)))
  const taken = takeOver ? `,${literal(takeOverSettings(takeOver))}` : ''
  const place = layoutOf(site.appearance) === 'inline' ? `,${placeOf(built)}` : ''
  // The server adds what the module says of itself at its end: there once somebody answers, not yet when this runs.
  return `${body}${rules.code}${names['start']}(${asked},new URL(".",import.meta.url).href,()=>({text,configuration,language}),${css},${gpc}=>${made}${taken}${place});\n`
}

/** In a function of its own: its names are like others. */
function placeOf(built: Built): string {
  const { body, names } = runtime(built, 'inline')
  return `(()=>{${body}return ${names['place']}})()`
}

function embedModule(site: SiteConfiguration, built: Built, language: WidgetLanguage): string {
  const { body, names } = runtime(built, 'embed')
  const box = walkElement(createElement(EmbedPlaceholder, { texts: embedTexts(site, language) }))
  const tree: ElementTree = ['div', { class: 'assent-embed', ...spoken(language) }, box]
  const css = literal(styles(embedCss, '.assent-embed', site.appearance))
  const [handle, shown, where, pick] = unused(names)
  const made = code(tree, { element: names['element']!, pick: pick! })
  return `${body}export{${names['act']} as act};export default(${handle},${shown},${where})=>${names['show']}(${handle},${shown},${css},${pick}=>${made},${where},${script(site.origins)});\n`
}

function optInModule(
  site: SiteConfiguration,
  built: Built,
  program: Program,
  language: WidgetLanguage,
): string {
  const { body, names } = runtime(built, 'opt-in')
  const form = walkElement(createElement(OptInForm, { texts: optInTexts(site, program, language) }))
  const facts = {
    'data-program': program.id,
    ...(program.offer && { 'data-quiet': `${program.offer.quietDays}` }),
  }
  const tree: ElementTree = ['div', { class: 'assent-form', ...facts, ...spoken(language) }, form]
  const css = literal(styles(optInCss, '.assent-form', site.appearance))
  const [handle, shown, where, pick] = unused(names)
  const made = code(tree, { element: names['element']!, pick: pick! })
  return `${body}export default(${handle},${shown},${where})=>${names['show']}(${handle},${shown},${css},()=>${made},${where});\n`
}

function optOutModule(site: SiteConfiguration, built: Built, language: WidgetLanguage): string {
  const { body, names } = runtime(built, 'opt-out')
  const form = walkElement(createElement(OptOutForm, { texts: optOutTexts(site, language) }))
  const tree: ElementTree = ['div', { class: 'assent-form', ...spoken(language) }, form]
  const css = literal(styles(optInCss + optOutCss, '.assent-form', site.appearance))
  const [handle, where, pick] = unused(names)
  const made = code(tree, { element: names['element']!, pick: pick! })
  return `${body}export default(${handle},_,${where})=>${names['show']}(${handle},${css},()=>${made},${where});\n`
}

function noticeTexts(site: SiteConfiguration, built: Built, language: WidgetLanguage): RenderedText[] {
  const { body, names } = runtime(built, 'notice')
  const { dialog, dialogCss, page, versions } = renderNotice(site, language)
  const [handle] = unused(names)
  const made = code(dialog, { element: names['element']!, gpc: '' })
  const module = `${body}export default ${handle}=>${names['show']}(${handle},${literal(dialogCss)},()=>${made});\n`
  return [
    text('notice', language, module),
    text('notice-page', language, page),
    text('notice-versions', language, versions),
  ]
}

const spoken = (language: string) => ({ lang: language, dir: isRightToLeft(language) ? 'rtl' : 'ltr' })

function settingsModule(site: SiteConfiguration, { ui }: Built, language: WidgetLanguage): string {
  const shown = literal(settingsDocument(site, language))
  return `import{mount}from"./ui.${sha256(ui)}.mjs";export{act}from"./ui.${sha256(ui)}.mjs";export default(h,s)=>mount(h,s,${shown});\n`
}
