import type { ReceiptFault, HeldReceipt } from '../../shared/receipt/verify.ts'
import { eye, paper, seal, tree } from './drawings.ts'
import { h } from './element.ts'
import type { Speech } from './words.ts'

/** How far a receipt was followed: `open` is what nobody has shown yet, `bad` where it broke, `after` what was not reached. */
type Mark = 'plain' | 'good' | 'bad' | 'open' | 'after'

interface Station {
  readonly drawing: SVGElement
  readonly title: string
  readonly lines: readonly (string | Node)[]
  readonly mark: Mark
}

/** The way from an entry to what holds it, explained. */
export function explainedPath({ words }: Speech): HTMLElement {
  return path([
    { drawing: paper(), title: words.stationEntry, lines: [words.stationEntryText], mark: 'plain' },
    { drawing: tree(0.4), title: words.stationPath, lines: [words.stationPathText], mark: 'plain' },
    { drawing: seal(), title: words.stationCheckpoint, lines: [words.stationCheckpointText], mark: 'plain' },
    { drawing: eye(), title: words.stationWitness, lines: [words.stationWitnessText], mark: 'plain' },
  ])
}

/** The same way, as this very receipt took it. */
export function takenPath(
  speech: Speech,
  { index, size, origin, signers }: HeldReceipt,
  hashes: number,
): HTMLElement {
  const { words, say, number, time } = speech
  const logs = signers.filter(({ kind }) => kind === 'log')
  const witnesses = signers.filter(({ kind }) => kind === 'witness')
  return path([
    {
      drawing: paper(),
      title: words.stationEntry,
      lines: [say('standsAt', { index: number(index), size: number(size), origin })],
      mark: 'good',
    },
    {
      drawing: tree((index + 0.5) / size),
      title: words.stationPath,
      lines: [say('hashes', { count: number(hashes) })],
      mark: 'good',
    },
    {
      drawing: seal(),
      title: words.stationCheckpoint,
      lines: [words.signedBy, ...logs.map(({ vkey }) => code(shortKey(vkey)))],
      mark: 'good',
    },
    {
      drawing: eye(),
      title: words.stationWitness,
      lines:
        witnesses.length === 0
          ? [words.unwitnessed]
          : witnesses.flatMap(({ name, time: seen, isTrusted }) => [
              say('witnessed', { name, time: time((seen ?? 0) * 1000) }),
              isTrusted ? words.witnessTrusted : say('witnessUntrusted', { name }),
            ]),
      mark: witnesses.some(({ isTrusted }) => isTrusted) ? 'good' : 'open',
    },
  ])
}

/** Where along that way a receipt broke. */
export function brokenPath({ words }: Speech, reason: ReceiptFault): HTMLElement {
  const broken = BREAKS_AT[reason]
  const stations = [
    [paper(), words.stationEntry],
    [tree(0.4), words.stationPath],
    [seal(), words.stationCheckpoint],
    [eye(), words.stationWitness],
  ] as const
  return path(
    stations.map(([drawing, title], i) => ({
      drawing,
      title,
      lines: [],
      mark: i === broken ? 'bad' : i < broken ? 'good' : 'after',
    })),
  )
}

const BREAKS_AT: Readonly<Record<ReceiptFault, number>> = {
  malformed: 0,
  'newer-version': 0,
  'not-canonical': 0,
  'wrong-text': 0,
  'missing-text': 0,
  'wrong-private-part': 0,
  'wrong-list': 0,
  'wrong-record': 0,
  'not-included': 1,
  'bad-key': 2,
  'unexpected-key': 2,
  'bad-checkpoint': 2,
  'not-witnessed': 3,
}

const path = (stations: readonly Station[]): HTMLElement =>
  h(
    'ol',
    { class: 'path' },
    stations.map(({ drawing, title, lines, mark }) =>
      h(
        'li',
        { 'data-mark': mark },
        h('span', { class: 'station' }, drawing),
        h('h3', {}, title),
        lines.map(paragraph),
      ),
    ),
  )

const paragraph = (content: string | Node): HTMLElement => h('p', {}, content)

export const code = (text: string): HTMLElement => h('code', { dir: 'ltr' }, text)

/** Name and hash of a verifier key: enough to compare at a glance. */
const shortKey = (vkey: string): string => vkey.split('+').slice(0, 2).join('+')
