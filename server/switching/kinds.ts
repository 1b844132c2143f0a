import type { FoundPurpose } from './found.ts'

type Kind = FoundPurpose['kind']

/** What names of categories usually mean. Read from the start of each word; the strictest that fits counts. */
const WORDS: readonly (readonly [Kind, RegExp])[] = [
  [
    'marketing',
    /\b(market|advert|ads?\b|target|social|retarget|remarket|werbung|publicit|embed|video|extern)/i,
  ],
  ['analytics', /\b(analy|statist|perform|measure|metric|insight|tracking|messung)/i],
  ['preferences', /\b(func|prefer|personal|experience|comfort|komfort|language|chat|support)/i],
  ['necessary', /\b(necess|essential|required|strict|technical|security|notwendig|essenziell|technisch)/i],
]

/** Strictest first. */
export const STRICTEST: readonly Kind[] = WORDS.map(([kind]) => kind)

export const kindOf = (name: string): Kind | undefined =>
  WORDS.find(([, words]) => words.test(name.replaceAll(/[_-]+/g, ' ')))?.[0]
