import { parseStrictJson } from '../../shared/domain/strict-json.ts'
import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../shared/domain/language.ts'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt, type ReceiptVerdict } from '../../shared/receipt/verify.ts'
import { paper } from './drawings.ts'
import { h } from './element.ts'
import { expertView } from './expert.ts'
import { explainedPath } from './stations.ts'
import { faultView, heldView, type Fault } from './verdict.ts'
import { directionOf, OWN_NAMES, preferred, speechIn, type Speech } from './words.ts'

/** Far more than any receipt has. */
const LARGEST = 8 * 1024 * 1024

/** A receipt that was given, and what came of it. */
interface Given {
  readonly text: string
  readonly receipt?: unknown
  readonly verdict?: ReceiptVerdict
  readonly fault?: Fault
  readonly detail?: string
}

let language: DocumentLanguage = preferred(navigator.languages)
let given: Given | undefined
/** What the reader brought, as typed. */
const trust = { keys: '', witnesses: '' }
let keysUnreadable = false

/** Checks a text, and shows what came of it. */
async function check(text: string): Promise<void> {
  given = await judged(text)
  show()
  document.querySelector<HTMLElement>('#verdict')?.focus()
}

async function judged(text: string): Promise<Given> {
  const keys = trust.keys.trim() === '' ? undefined : trustedKeys(trust.keys)
  keysUnreadable = trust.keys.trim() !== '' && !keys
  let receipt: unknown
  try {
    // A file may begin with a byte order mark, which is no part of its JSON.
    receipt = parseStrictJson(text.replace(/^\uFEFF/, ''))
  } catch (fault) {
    return { text, fault: 'malformed', detail: String(fault) }
  }
  try {
    const witnesses = trust.witnesses.split(/\s+/).filter(Boolean)
    const verdict = await verifyReceipt(receipt, { ...(keys && { keys }), witnesses })
    return verdict.ok
      ? { text, receipt, verdict }
      : { text, receipt, verdict, fault: verdict.reason, detail: verdict.detail }
  } catch (fault) {
    return { text, fault: 'unsupported', detail: String(fault) }
  }
}

async function take(file: File | undefined): Promise<void> {
  if (!file) return
  try {
    if (file.size > LARGEST) throw new RangeError(`${file.size} bytes`)
    await check(await file.text())
  } catch (fault) {
    given = { text: '', fault: 'unreadable', detail: String(fault) }
    show()
  }
}

function show(): void {
  const speech = speechIn(language)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  document.title = speech.words.title
  document.body.replaceChildren(
    top(speech),
    h('main', {}, ...(given ? result(speech, given) : start(speech))),
    h('footer', {}, h('p', {}, speech.words.footer), h('p', {}, speech.words.notAdvice)),
  )
}

const top = ({ words }: Speech): HTMLElement =>
  h(
    'header',
    { class: 'top' },
    h('p', { class: 'mark' }, paper(), 'Assent'),
    h(
      'nav',
      { 'aria-label': words.languages },
      DOCUMENT_LANGUAGES.map(each => {
        const button = h(
          'button',
          { type: 'button', lang: each, 'aria-pressed': String(each === language) },
          OWN_NAMES[each],
        )
        button.addEventListener('click', () => {
          language = each
          show()
          document.querySelector<HTMLElement>(`nav [lang=${each}]`)?.focus()
        })
        return button
      }),
    ),
  )

const start = (speech: Speech): Node[] => [
  h('h1', {}, speech.words.title),
  h('p', { class: 'lead' }, speech.words.lead),
  dropZone(speech),
  pasteForm(speech),
  h('section', { class: 'how' }, h('h2', {}, speech.words.how), explainedPath(speech)),
]

function dropZone({ words }: Speech): HTMLElement {
  const input = h('input', { type: 'file', id: 'file', accept: '.json,application/json' }) as HTMLInputElement
  input.addEventListener('change', () => void take(input.files?.[0]))
  return h(
    'div',
    { class: 'drop' },
    input,
    h('label', { for: 'file' }, paper(), h('strong', {}, words.drop), h('span', {}, words.pick)),
  )
}

function pasteForm({ words }: Speech): HTMLElement {
  const area = h('textarea', {
    id: 'paste',
    rows: '6',
    dir: 'ltr',
    spellcheck: 'false',
  }) as HTMLTextAreaElement
  const form = h(
    'form',
    {},
    h('label', { for: 'paste' }, words.pasteLabel),
    area,
    h('button', { type: 'submit', class: 'go' }, words.check),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    void check(area.value)
  })
  return h('details', { class: 'paste' }, h('summary', {}, words.paste), form)
}

/** What is wrong may be what the reader brought. */
const OF_TRUST: readonly Fault[] = ['unexpected-key', 'not-witnessed', 'bad-key']

function result(speech: Speech, { receipt, verdict, fault, detail }: Given): Node[] {
  const { words } = speech
  const again = h('button', { type: 'button', class: 'again' }, words.another)
  again.addEventListener('click', () => {
    given = undefined
    show()
    document.querySelector<HTMLElement>('#file')?.focus()
  })
  const view = verdict?.ok
    ? heldView(speech, verdict, receipt)
    : faultView(speech, fault ?? 'malformed', detail)
  return [
    h('h1', { class: 'small' }, words.title),
    ...view,
    ...(verdict && (verdict.ok || OF_TRUST.includes(verdict.reason)) ? [trustForm(speech)] : []),
    ...(verdict?.ok ? [expertView(speech, verdict, receipt)] : []),
    again,
  ]
}

/** What the reader knows from elsewhere turns "whole in itself" into "the site's, and nobody else was shown another". */
function trustForm({ words }: Speech): HTMLElement {
  const field = (name: keyof typeof trust, label: string, hint: string): HTMLElement => {
    const area = h('textarea', {
      id: name,
      rows: '2',
      dir: 'ltr',
      spellcheck: 'false',
      'aria-describedby': `${name}-hint`,
    }) as HTMLTextAreaElement
    area.value = trust[name]
    area.addEventListener('input', () => void (trust[name] = area.value))
    return h('div', {}, h('label', { for: name }, label), h('small', { id: `${name}-hint` }, hint), area)
  }
  const form = h(
    'form',
    { class: 'trust' },
    h('h3', {}, words.trust),
    field('keys', words.keyLabel, words.keyHint),
    keysUnreadable ? h('p', { role: 'alert', class: 'alert' }, words.keyUnreadable) : undefined,
    field('witnesses', words.witnessLabel, words.witnessHint),
    h('button', { type: 'submit', class: 'go' }, words.recheck),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (given) void check(given.text)
  })
  return form
}

/** Anywhere on the page: whoever misses the field by a hair should not lose the page to the file. */
for (const type of ['dragover', 'drop'] as const)
  addEventListener(type, event => {
    event.preventDefault()
    document.documentElement.toggleAttribute('data-over', type === 'dragover')
    if (type === 'drop') void take(event.dataTransfer?.files[0])
  })
addEventListener('dragleave', () => document.documentElement.removeAttribute('data-over'))

show()
