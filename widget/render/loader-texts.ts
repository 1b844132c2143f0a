import { createHash } from 'node:crypto'
import { hasRegions } from '../../shared/domain/regime.ts'
import { namesKept } from '../../shared/domain/take-over.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { linked } from './linked.ts'
import { script } from './literal.ts'
import { loaderConfiguration } from './loader-configuration.ts'
import { offerRule } from './offer-rule.ts'
import { partsModule } from './parts.ts'
import type { Built, RenderedText } from './render.ts'
import type { Settling } from './settling.ts'

/**
 * `assent.js` as everybody gets it, and, as `loader.<n>`, as it is for those whom the server saw where the n-th rule holds.
 * What runs by a regime is told apart when it starts, for the page may know the region better.
 */
export function loaderTexts(
  site: SiteConfiguration,
  hash: string,
  built: Built,
  rules: Settling,
): RenderedText[] {
  const { body, names } = linked(built.loader)
  const configuration = script(loaderConfiguration(site, hash))
  const before = `${body}${offerRule(site)}${rules.code}`
  const parts = partTexts(site, built)
  const loader = (served?: number): string => {
    const base = 'new URL(".",import.meta.url).href'
    const own = rules.of(configuration, served)
    const [asked, optOut, notice] = parts
    const isOne = parts.length < 2
    if (isOne && !rules.before)
      return `${before}${names['start']}(${own},${base})${importing(site, asked && quoted(asked))};\n`
    const chosen =
      isOne || !asked
        ? asked && quoted(asked)
        : [
            ...(optOut ? [`here.under.regime=="opt-out"?${quoted(optOut)}:`] : []),
            ...(notice ? [`here.under.regime!="opt-in"?${quoted(notice)}:`] : []),
            quoted(asked),
          ].join('')
    return `${before}const here=${own};${rules.before?.('here') ?? ''}${names['start']}(here,${base})${importing(site, chosen)};\n`
  }
  const lax = hasRegions(site.regimes.rules) ? site.regimes.rules : []
  return [
    { name: 'loader', kind: 'loader', text: loader() },
    ...lax.map((_, i) => ({ name: `loader.${i}`, kind: 'loader', text: loader(i) }) as const),
    // The stub fetches the first layer before anything knows the region. Where nothing is asked it is nothing, unless the
    // page knows of a region: then the whole one sees for itself.
    ...(lax.length > 0
      ? [
          {
            name: 'first-quiet',
            kind: 'first-quiet',
            text: `(document.documentElement.dataset.assentRegion${hasOld(site)})&&import("./first."+(document.documentElement.lang||"x")+".mjs?strict");export default()=>()=>{};\n`,
          } as const,
        ]
      : []),
    ...parts.filter((part, i) => part.text !== '' && parts.findIndex(({ text }) => text === part.text) === i),
  ]
}

/** What another tool had been told stands everywhere, a refusal above all: the whole first layer reads it. */
function hasOld({ choice: { takeOver } }: SiteConfiguration): string {
  if (!takeOver) return ''
  const [name] = namesKept(takeOver)
  return `||document.cookie.includes(${script(`${name}=`)})||localStorage[${script(name)}]`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Parts of a regime: by their names in this order. */
function partTexts(site: SiteConfiguration, built: Built): RenderedText[] {
  const text = partsModule(site, built.parts)
  const used = (['opt-out', 'notice-only'] as const).map(regime =>
    site.regimes.rules.some(rule => rule.regime === regime) ? partsModule(site, built.parts, regime) : text,
  )
  const all = [text, ...used].map(
    (text, i) =>
      ({ name: ['parts', 'parts.opt-out', 'parts.notice-only'][i]!, kind: 'parts', text }) as const,
  )
  return used.every(one => one === text) ? (text ? all.slice(0, 1) : []) : all
}

/** Only then is `window.assent` all that it will be. Where they do not come, nothing of theirs opens. */
function importing(site: SiteConfiguration, address: string | undefined): string {
  if (address === undefined) return ''
  const begun = /[?:]/.test(address)
    ? `.then(()=>{const part=${address};if(part)return import(part)})`
    : `.then(()=>import(${address}))`
  return `${begun}.catch(()=>{${withoutParts(site)}})`
}

/** Nobody looks for the owner's own link then, so the button is there for everybody. */
const withoutParts = ({ appearance }: SiteConfiguration): string =>
  appearance.control === 'own-link'
    ? 'document.querySelector("body>[data-assent=open]").style.display="block"'
    : ''

/** Of a module with nothing in it there is no file. */
const quoted = ({ text }: RenderedText): string => (text === '' ? '""' : `"./parts.${sha256(text)}.mjs"`)
