import type { Classified } from './classify.ts'
import { KIND_WORDS, type SeenKind, type State } from './seen.ts'

export const FINDING_KINDS = [
  'leak',
  'unapproved',
  'not-reached',
  'doubtful',
  'undeclared',
  'differs',
  'unseen',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** Headings over each. */
export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  leak: 'Leaks: without the consent they need',
  unapproved: 'Loaded though nobody approved it',
  'not-reached': 'Could not be looked at',
  doubtful: 'Declared necessary, and in doubt',
  undeclared: 'Seen, and not in the configuration',
  differs: 'Declared otherwise than it is',
  unseen: 'Declared, and not seen',
}

/** Those that end the command with 1: the visitor's word was not kept, or it is not known whether it was. */
export const GRAVE: readonly FindingKind[] = ['leak', 'unapproved', 'not-reached']

/** One thing an owner has to look at. */
export interface Finding {
  readonly kind: FindingKind
  /** `choice`: a state that could not be reached. */
  readonly what: SeenKind | 'choice'
  readonly name: string
  readonly states: readonly State[]
  /** Of the configuration. */
  readonly service?: string
  readonly classified?: Classified
  /** What caused it, nearest first. */
  readonly by: readonly string[]
  readonly pages: readonly string[]
  readonly message: string
}

/** What it all comes to, in one clause. */
export function verdictOf(findings: readonly Finding[]): { readonly good: boolean; readonly words: string } {
  const count = (...kinds: readonly FindingKind[]): number =>
    findings.filter(({ kind }) => kinds.includes(kind)).length
  const leaks = count('leak', 'unapproved')
  if (leaks > 0) return { good: false, words: `${leaks} ${leaks === 1 ? 'thing leaks' : 'things leak'}` }
  if (count('not-reached') > 0) return { good: false, words: 'not every choice could be made' }
  return { good: true, words: 'nothing leaked' }
}

/** In one line, as the terminal and the report say it. */
export const culpritWords = ({ by, what }: Pick<Finding, 'by' | 'what'>): string =>
  by.length > 0 ? by.join(' ← ') : what === 'choice' ? '' : 'not known'

export const whatWords = (what: Finding['what']): string => (what === 'choice' ? 'choice' : KIND_WORDS[what])
