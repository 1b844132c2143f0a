import type { SiteConfiguration } from '../../shared/domain/site.ts'
import {
  FINDING_KINDS,
  FINDING_WORDS,
  GRAVE,
  verdictOf,
  whatWords,
  type Finding,
  type FindingKind,
} from './finding.ts'
import type { Placed } from './judge.ts'
import { REPORT_STYLE } from './report-style.ts'
import { KIND_WORDS, SEEN_KINDS, STATES, STATE_WORDS, type Scan, type State } from './seen.ts'

const WHAT_TO_DO: Readonly<Record<FindingKind, string>> = {
  leak: 'Each of these happened though nobody had agreed to it. Hold back the script that caused it until its purpose is granted.',
  unapproved: 'Only a service that somebody has approved may load, whatever a visitor grants.',
  'not-reached': 'What would have happened there is not known.',
  doubtful: 'What is called necessary waits for nobody. Look again whether it is.',
  undeclared: 'Visitors cannot read about it in your cookie table, nor agree to it by name.',
  differs: 'The cookie table says something else than the browser does.',
  unseen: 'It may show on other pages, or for people who are signed in. If it is gone, remove it.',
}

/** The whole report as one page, which needs nothing from anywhere. */
export function htmlReport(
  scan: Scan,
  findings: readonly Finding[],
  placed: readonly Placed[],
  configuration: SiteConfiguration | undefined,
): string {
  const host = new URL(scan.pages[0] ?? 'http://nowhere/').host
  const { good, words } = verdictOf(findings)
  const states = STATES.filter(state => scan.shots.some(shot => shot.state === state))
  const compared = configuration
    ? `Compared with the configuration of “${configuration.site}”.`
    : 'Compared with no configuration: everything of others counts as undeclared.'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(host)}: ${words}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>What ${escaped(host)} does when somebody visits</h1>
<p class="quiet">${count(scan.pages.length, 'page')}, looked at on ${escaped(dayAndTime(scan.at))} with ${escaped(scan.browser)}. ${escaped(compared)}</p>
<p class="verdict ${good ? 'good' : 'bad'}"><strong>${sentence(words)}</strong> <span>${escaped(besides(findings))}</span></p>
</header>
<main>
${overview(placed, states)}
${FINDING_KINDS.map(kind => section(kind, findings)).join('')}
${pictures(scan, states)}
${everything(placed, states)}
</main>
<footer>
<p>A scan shows what happened on these pages at that time. It is no proof of what happens elsewhere or to others, and no legal advice. Made by Assent on the machine of whoever ran it; nothing was sent anywhere.</p>
</footer>
</body>
</html>
`
}

/** How many things of others there were in each state: what a refusal saves a visitor, at a glance. */
function overview(placed: readonly Placed[], states: readonly State[]): string {
  const rows = [
    ['Hosts of others that were asked', ['request', 'connection']],
    ['Cookies', ['cookie']],
    ['Storage, databases, caches', ['local', 'session', 'database', 'cache']],
    ['Workers', ['worker', 'service-worker']],
  ] as const
  const cells = (kinds: readonly string[]) =>
    states.map(state => {
      const names = placed
        .filter(({ seen, own }) => seen.state === state && kinds.includes(seen.kind) && !own)
        .map(({ seen }) => `${seen.kind === 'connection' ? 'request' : seen.kind} ${seen.name}`)
      const n = new Set(names).size
      return `<td class="${n === 0 ? 'zero' : 'many'}">${n}</td>`
    })
  return `<h2>At a glance</h2>
${table(
  'At a glance',
  ['', ...states.map(state => sentence(STATE_WORDS[state]))],
  rows.map(([title, kinds]) => `<tr><th scope="row">${title}</th>${cells(kinds).join('')}</tr>`),
)}`
}

function section(kind: FindingKind, findings: readonly Finding[]): string {
  const these = findings.filter(finding => finding.kind === kind)
  if (these.length === 0) return ''
  const tone = GRAVE.includes(kind) ? 'tag bad' : 'tag'
  const columns: readonly [title: string, cell: (finding: Finding) => string][] = [
    ['Kind', ({ what }) => escaped(whatWords(what))],
    [
      'When',
      ({ states }) => states.map(state => `<span class="${tone}">${STATE_WORDS[state]}</span>`).join(' '),
    ],
    ['Why', ({ message }) => escaped(sentence(message))],
    ['Caused by', ({ by }) => (by.length > 0 ? culprits(by) : '')],
    ['Page', ({ pages }) => pagesOf(pages)],
  ]
  // What is only declared has no culprit, and was on no page.
  const filled = columns.filter(([, cell]) => these.some(finding => cell(finding) !== ''))
  const rows = these.map(
    finding => `<tr><th scope="row">${escaped(finding.name)}</th>
${filled.map(([, cell]) => `<td>${cell(finding)}</td>`).join('\n')}</tr>`,
  )
  return `<h2>${FINDING_WORDS[kind]} <small>(${these.length})</small></h2>
<p class="quiet">${WHAT_TO_DO[kind]}</p>
${table(FINDING_WORDS[kind], ['What', ...filled.map(([title]) => title)], rows)}`
}

function pagesOf([first, ...more]: readonly string[]): string {
  if (first === undefined) return ''
  return escaped(new URL(first).pathname) + (more.length > 0 ? ` and ${more.length} more` : '')
}

function pictures({ shots, pages }: Scan, states: readonly State[]): string {
  const of = (page: string) =>
    states
      .flatMap(state => shots.filter(shot => shot.page === page && shot.state === state))
      .map(
        ({
          state,
          bytes,
        }) => `<figure><img alt="The page ${STATE_WORDS[state]}" width="1280" height="800" loading="lazy"
src="data:image/jpeg;base64,${bytes.toString('base64')}"><figcaption>${sentence(STATE_WORDS[state])}</figcaption></figure>`,
      )
      .join('\n')
  return `<h2>The pages</h2>
${pages.map(page => `<h3>${escaped(page)}</h3><div class="shots">${of(page)}</div>`).join('\n')}`
}

/** Every thing once, and in which states it was there. */
function everything(placed: readonly Placed[], states: readonly State[]): string {
  const things = new Map<string, Placed[]>()
  for (const each of placed) {
    const key = `${each.seen.kind} ${each.seen.name}`
    things.set(key, [...(things.get(key) ?? []), each])
  }
  const rows = [...things.values()]
    .toSorted(([a], [b]) => SEEN_KINDS.indexOf(a!.seen.kind) - SEEN_KINDS.indexOf(b!.seen.kind))
    .map(of => {
      const [{ seen, service, classified, own }] = of as [Placed]
      const there = states.map(state => {
        const is = of.some(each => each.seen.state === state)
        return `<td class="${is ? 'many' : 'zero'}">${is ? 'yes' : 'no'}</td>`
      })
      const whose = own ? 'the site itself' : (service?.name ?? classified?.name ?? 'not known')
      return `<tr><th scope="row">${escaped(seen.name)}</th><td>${KIND_WORDS[seen.kind]}</td><td>${escaped(whose)}</td>
${there.join('')}<td>${culprits(of.find(each => each.seen.by.length > 0)?.seen.by ?? [])}</td></tr>`
    })
  const head = ['What', 'Kind', 'Whose', ...states.map(state => sentence(STATE_WORDS[state])), 'Caused by']
  return `<h2>Everything that was seen <small>(${things.size})</small></h2>
${table('Everything that was seen', head, rows)}`
}

/** Wide tables scroll in a place of their own, which a keyboard reaches. */
const table = (label: string, head: readonly string[], rows: readonly string[]): string =>
  `<div class="scroll" role="region" aria-label="${escaped(label)}" tabindex="0"><table>
<thead><tr>${head.map(title => (title === '' ? '<td></td>' : `<th scope="col">${title}</th>`)).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`

const culprits = (by: readonly string[]): string =>
  by.length === 0
    ? '<span class="quiet">not known</span>'
    : `<ol class="by">${by.map(each => `<li><code>${escaped(each)}</code></li>`).join('')}</ol>`

function besides(findings: readonly Finding[]): string {
  const parts = FINDING_KINDS.flatMap(kind => {
    const n = findings.filter(finding => finding.kind === kind).length
    return n === 0 || kind === 'leak' ? [] : [`${n} ${SHORT[kind]}`]
  })
  return parts.join(', ')
}

const SHORT: Readonly<Record<FindingKind, string>> = {
  leak: 'leaking',
  unapproved: 'loaded without approval',
  'not-reached': 'not looked at',
  doubtful: 'in doubt',
  undeclared: 'undeclared',
  differs: 'declared otherwise',
  unseen: 'declared and not seen',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, letter => `&#${letter.codePointAt(0)};`)
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
const dayAndTime = (at: string): string => `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`
