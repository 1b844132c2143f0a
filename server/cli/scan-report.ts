import { culpritWords, FINDING_KINDS, whatWords, type Finding, type FindingKind } from '../scan/judge.ts'
import { STATE_WORDS, type Scan } from '../scan/seen.ts'
import { tableOf } from './table.ts'
import type { Terminal, Tone } from './terminal.ts'

export const FINDING_WORDS: Readonly<Record<FindingKind, readonly [title: string, tone: Tone]>> = {
  leak: ['Leaks: without the consent they need', 'bad'],
  unapproved: ['Loaded though nobody approved it', 'bad'],
  'not-reached': ['Could not be looked at', 'bad'],
  doubtful: ['Declared necessary, and in doubt', 'strong'],
  undeclared: ['Seen, and not in the configuration', 'strong'],
  differs: ['Declared otherwise than it is', 'strong'],
  unseen: ['Declared, and not seen', 'quiet'],
}

/** What a scan found, as lines for a terminal. */
export function scanLines(scan: Scan, findings: readonly Finding[], { paint }: Terminal): string[] {
  const lines = FINDING_KINDS.flatMap(kind => {
    const these = findings.filter(finding => finding.kind === kind)
    if (these.length === 0) return []
    const [title, tone] = FINDING_WORDS[kind]
    const rows = these.map(finding => [
      finding.name,
      whatWords(finding.what),
      finding.states.map(state => STATE_WORDS[state]).join(', '),
      finding.message,
    ])
    const table = tableOf(['what', 'kind', 'when', 'why'], rows)
    return [
      paint(tone, `${title} (${these.length})`),
      `  ${paint('quiet', table[0]!)}`,
      ...these.flatMap((finding, n) => {
        const culprit = culpritWords(finding)
        return [`  ${table[n + 1]!}`, ...(culprit === '' ? [] : [paint('quiet', `    caused by ${culprit}`)])]
      }),
      '',
    ]
  })
  const hosts = new Set(scan.seen.filter(({ kind }) => kind === 'request').map(({ name }) => name))
  const kept = new Set(
    scan.seen
      .filter(({ kind }) => kind !== 'request' && kind !== 'connection')
      .map(({ kind, name }) => `${kind} ${name}`),
  )
  return [
    ...lines,
    `${plural(scan.pages.length, 'page')}, ${plural(hosts.size, 'host')}, ${plural(kept.size, 'thing')} kept; ${verdict(findings, paint)}`,
  ]
}

function verdict(findings: readonly Finding[], paint: Terminal['paint']): string {
  const count = (kind: FindingKind): number => findings.filter(finding => finding.kind === kind).length
  const grave = count('leak') + count('unapproved')
  if (grave > 0) return paint('bad', plural(grave, 'leak'))
  return count('not-reached') > 0
    ? paint('bad', 'not every state could be looked at')
    : paint('good', 'nothing leaked')
}

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
