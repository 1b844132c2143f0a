import {
  culpritWords,
  FINDING_KINDS,
  FINDING_WORDS,
  GRAVE,
  verdictOf,
  whatWords,
  type Finding,
  type FindingKind,
} from '../scan/finding.ts'
import { STATE_WORDS, type Scan } from '../scan/seen.ts'
import { tableOf } from './table.ts'
import type { Terminal, Tone } from './terminal.ts'

const toneOf = (kind: FindingKind): Tone =>
  GRAVE.includes(kind) ? 'bad' : kind === 'unseen' ? 'quiet' : 'strong'

/** What a scan found, as lines for a terminal. */
export function scanLines(scan: Scan, findings: readonly Finding[], { paint }: Terminal): string[] {
  const lines = FINDING_KINDS.flatMap(kind => {
    const these = findings.filter(finding => finding.kind === kind)
    if (these.length === 0) return []
    const rows = these.map(finding => [
      finding.name,
      whatWords(finding.what),
      finding.states.map(state => STATE_WORDS[state]).join(', '),
      finding.message,
    ])
    const table = tableOf(['what', 'kind', 'when', 'why'], rows)
    return [
      paint(toneOf(kind), `${FINDING_WORDS[kind]} (${these.length})`),
      `  ${paint('quiet', table[0]!)}`,
      ...these.flatMap((finding, n) => {
        const culprit = culpritWords(finding)
        return [`  ${table[n + 1]!}`, ...(culprit === '' ? [] : [paint('quiet', `    caused by ${culprit}`)])]
      }),
      '',
    ]
  })
  const { good, words } = verdictOf(findings)
  const hosts = new Set(scan.seen.filter(({ kind }) => kind === 'request').map(({ name }) => name))
  const kept = new Set(
    scan.seen
      .filter(({ kind }) => kind !== 'request' && kind !== 'connection')
      .map(({ kind, name }) => `${kind} ${name}`),
  )
  return [
    ...lines,
    ...(findings.some(({ kind }) => kind === 'undeclared')
      ? [
          paint(
            'quiet',
            '--patch prints what the configuration lacks, --write <file> writes it with that in.',
          ),
        ]
      : []),
    `${plural(scan.pages.length, 'page')}, ${plural(hosts.size, 'host')}, ${plural(kept.size, 'thing')} kept; ${paint(good ? 'good' : 'bad', words)}`,
  ]
}

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
