import { createHash } from 'node:crypto'
import { createElement } from 'preact'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { Banner } from '../ui/banner.tsx'
import embedCss from '../ui/embed.css?raw'
import { EmbedPlaceholder } from '../ui/embed-placeholder.tsx'
import firstCss from '../ui/first.css?raw'
import type { ElementTree } from '../ui/tree.ts'
import { literal } from './literal.ts'
import { loaderConfiguration } from './loader-configuration.ts'
import { settingsDocument } from './settings-document.ts'
import { styles } from './styles.ts'
import { bannerTexts, embedTexts } from './texts.ts'
import { walkElement } from './walk.ts'

/** Texts of `dist/`: the loader, the runtime of plain views, and the interface with its libraries. */
export interface Built {
  readonly loader: string
  readonly view: string
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
export function render(configuration: SiteConfiguration, built: Built): RenderedText[] {
  const hash = sha256(canonicalJson(configuration))
  const start = literal(loaderConfiguration(configuration, hash))
  return [
    {
      name: 'loader',
      kind: 'loader',
      text: `${built.loader.trimEnd()}\nassentLoader.start(${start},new URL(".",import.meta.url).href);\n`,
    },
    { name: 'ui', kind: 'ui', text: built.ui },
    ...configuration.languages.flatMap(language => [
      view('first', language, firstModule(configuration, built, language)),
      view('embed', language, embedModule(configuration, built, language)),
      view('settings', language, settingsModule(configuration, built, language)),
    ]),
  ]
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const view = (kind: 'first' | 'embed' | 'settings', language: string, text: string): RenderedText => ({
  name: `${kind}.${language}`,
  kind,
  language,
  text,
})

function firstModule(site: SiteConfiguration, { view }: Built, language: WidgetLanguage): string {
  const banner = walkElement(createElement(Banner, { texts: bannerTexts(site, language) }))
  const tree: ElementTree = ['div', { id: 'assent', ...spoken(language) }, banner]
  return plainView(view, tree, styles(firstCss, '#assent', site.appearance))
}

function embedModule(site: SiteConfiguration, { view }: Built, language: WidgetLanguage): string {
  const box = walkElement(createElement(EmbedPlaceholder, { texts: embedTexts(site, language) }))
  const tree: ElementTree = ['div', { class: 'assent-embed', ...spoken(language) }, box]
  return plainView(view, tree, styles(embedCss, '.assent-embed', site.appearance))
}

const spoken = (language: string) => ({ lang: language, dir: isRightToLeft(language) ? 'rtl' : 'ltr' })

const plainView = (view: string, tree: ElementTree, css: string): string =>
  `${view.trimEnd()}\nexport const act=assentAct.act;export default(h,s,w)=>assentView.show(${literal(tree)},${literal(css)},h,s,w);\n`

function settingsModule(site: SiteConfiguration, { ui }: Built, language: WidgetLanguage): string {
  const shown = literal(settingsDocument(site, language))
  return `import{mount}from"./ui.${sha256(ui)}.mjs";export{act}from"./ui.${sha256(ui)}.mjs";export default(h,s)=>mount(h,s,${shown});\n`
}
