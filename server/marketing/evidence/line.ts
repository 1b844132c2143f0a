import { wordsIn } from '../../../shared/receipt/shown-words.ts'
import { actorOf, fact } from './fact.ts'
import { markup, type Html } from './html.ts'
import type { Evidence, EvidenceLine } from './read.ts'
import type { Speech } from './speech.ts'

/** What an entry did, in a few words. */
export function titleOf(speech: Speech, { account }: EvidenceLine): Html {
  const { named, say, number, words } = speech
  const { act, type, answers, cause, destroyed } = account
  if (act === 'erasure') return say('act-erasure', { count: number(destroyed?.parts ?? 0) })
  if (act === 'opt-out' && cause !== undefined) return markup`${named('cause', cause)}`
  if (act === 'opt-out' && answers[0]?.id === undefined) return markup`${words['act-opt-out-all']}`
  if (act === 'opt-in' && answers[0]?.answer === 'requested') return markup`${words['act-opt-in-double']}`
  return Object.hasOwn(words, `act-${act}`) && act !== 'other'
    ? markup`${named('act', act)}`
    : say('act-other', { type })
}

const TONES = {
  yes: ['opt-in', 'confirmation', 'consent-recorded'],
  wait: ['hold', 'hold-release'],
  no: ['opt-out', 'erasure'],
} as const
const toneOf = (line: EvidenceLine): string => {
  const is = (acts: readonly string[]): boolean => acts.includes(line.account.act)
  if (line.account.answers[0]?.answer === 'requested') return 'hold'
  return is(TONES.yes) ? 'send' : is(TONES.no) ? 'block' : 'hold'
}

/** One entry on the time line: when, what, by which road, with what shown. */
export function lineItem(speech: Speech, { past }: Evidence, line: EvidenceLine): Html {
  const { time, say, words, span, number } = speech
  const { index, account, unseen, isUndated, isLate, receivedAt, at } = line
  const decidedAt = account.decidedAt ?? at
  const marks = [
    isLate && markup`<p class="mark">${say('late', { span: span(receivedAt - decidedAt) })}</p>`,
    account.isImplausible && markup`<p class="mark">${words.implausible}</p>`,
    unseen === 'later' &&
      past &&
      markup`<p class="mark">${say('unseen-later', { asOf: time(past.view.asOf) })}</p>`,
    unseen === 'unknown' &&
      past &&
      markup`<p class="mark">
        ${say('unseen-unknown', { known: time(past.view.knownAsOf ?? past.view.asOf) })}
      </p>`,
  ]
  return markup`<li data-decision="${toneOf(line)}" ${unseen !== undefined && markup` class="unseen"`}>
    <p class="time">${isUndated ? words.undated : time(decidedAt)} · ${say('entry', { index: number(index) })}</p>
    <h3>${titleOf(speech, line)}</h3>
    ${marks}
    <dl>${detailsOf(speech, line)}</dl>
    ${shown(speech, line)}
  </li>`
}

/** Private fields that have a place of their own; whatever else was kept is told by its name. */
const OWN = ['address', 'given', 'ip', 'page', 'userAgent'] as const

function detailsOf(speech: Speech, line: EvidenceLine): Html[] {
  const { words, time, named, say, number, languageName } = speech
  const { account, entry, private: fields = {}, receivedAt } = line
  const {
    decidedAt,
    method,
    cause,
    recorded,
    source,
    told,
    actor,
    sender,
    answersTo,
    sharesWith,
    from,
    language,
  } = account
  const text = (name: (typeof OWN)[number]): string | undefined => {
    const value = fields[name]
    return typeof value === 'string' ? value : undefined
  }
  const ofStranger = (name: string, value: string | undefined): Html | undefined =>
    value === undefined ? undefined : fact(name, markup`<bdi>${value}</bdi>`)
  const others = Object.entries(fields).filter(([name]) => !OWN.some(own => own === name))
  const rows = [
    decidedAt !== undefined && fact(words.decidedAt, time(decidedAt), words.byClock),
    fact(words.receivedAt, time(receivedAt), words.byServer),
    method !== undefined && fact(words.road, markup`${named('road', method)}`),
    cause !== undefined && account.act === 'hold' && fact(words.why, markup`${named('cause', cause)}`),
    ofStranger(words.page, text('page')),
    ofStranger(words.collectionPoint, account.collectionPoint),
    language !== undefined && fact(words.language, markup`${languageName(language)}`),
    ofStranger(words.given, text('given') ?? text('address')),
    ofStranger(words.network, text('ip')),
    ofStranger(words.userAgent, text('userAgent')),
    'ofAge' in entry && entry.ofAge && fact(words.ofAge, markup`✓`),
    recorded && fact(words.basis, markup`${named('basis', recorded.basis)}`),
    recorded && fact(words.evidence, markup`${named('evidence', recorded.evidence)}`),
    source &&
      fact(
        words.source,
        say('sourceRow', {
          row: number(source.row),
          file: markup`<code dir="ltr">${source.file}</code>`,
        }),
      ),
    told !== undefined && fact(words.told, markup`${named('told', told)}`),
    ofStranger(words.sender, sender),
    actor !== undefined && fact(words.actor, actorOf(speech, actor)),
    ofStranger(words.sharesWith, sharesWith),
    answersTo !== undefined &&
      fact(
        account.act === 'hold-release' ? words.releases : words.confirms,
        markup`<code dir="ltr">${answersTo}</code>`,
      ),
    from && fact(words.importedFrom, say('importedAt', { origin: from.origin, index: number(from.index) })),
    ...others.map(([name, value]) =>
      fact(
        words.kept.replace('{name}', () => name),
        markup`<bdi>${typeof value === 'string' ? value : JSON.stringify(value)}</bdi>`,
      ),
    ),
    fact(words.receipt, markup`<code dir="ltr">${entry.id}</code>`),
  ]
  return rows.filter(row => row !== false && row !== undefined)
}

/** Entries that rest on words. */
const SHOWING: ReadonlySet<string> = new Set(['opt-in', 'consent-recorded'])

function shown({ words, say, named }: Speech, { account }: EvidenceLine): Html | undefined {
  if (!SHOWING.has(account.act)) return undefined
  const text = account.shown
  if (!text) return markup`<p class="hint">${words.wordsNone}</p>`
  const lines = wordsIn(text, account.gpc)
  const what = Object.hasOwn(words, `kind-${text.kind ?? ''}`)
    ? named('kind', text.kind ?? '')
    : words['kind-other']
  const own = account.answers[0]?.description
  return markup`<div class="shown">
    <h4>${words.words}</h4>
    ${lines ? markup`<blockquote lang="${text.language ?? ''}" dir="auto">${lines.map(({ as, text: line }) => shownLine(as, line, own, words.thisBox))}</blockquote>` : markup`<pre dir="auto">${text.body}</pre>`}
    <p class="hint">${say(lines ? 'wordsNote' : 'wordsRaw', { what })} <code dir="ltr">${text.hash}</code></p>
  </div>`
}

/** The box that this entry was ticked at is marked: others on the same form have entries of their own. */
function shownLine(as: string, line: string, own: string | undefined, mark: string): Html {
  const isThis = as === 'box' && own !== undefined && line.includes(own.replace(/\s+/g, ' ').trim())
  if (as === 'button') return markup`<p><span class="button">${line}</span></p>`
  return markup`<p class="${as}${isThis ? ' this' : ''}" dir="auto">
    ${line}${isThis && markup` <small>(${mark})</small>`}
  </p>`
}
