import { PARTS, partsOf } from '../../shared/domain/parts.ts'
import type { Regime, SiteConfiguration } from '../../shared/domain/site.ts'
import { wordsOf } from './languages.ts'
import { linked } from './linked.ts'
import { script } from './literal.ts'

/** The parts a site needs as one module; '' where it needs none. Each in a function of its own: their names are alike. */
export function partsModule(site: SiteConfiguration, built: string, regime?: Regime): string {
  const notes = Object.fromEntries(site.languages.map(tag => [tag, wordsOf(tag).externalLink]))
  const settings = partsOf(site, regime, notes)
  const lines = built.trim().split('\n')
  const parts = PARTS.flatMap((name, i) => {
    if (settings[name] === undefined) return []
    const { body, names } = linked(lines[i] ?? '')
    return [`(()=>{${body}${names['start']}(window.assent,${script(settings[name])})})();\n`]
  })
  return parts.join('')
}
