import { accountOf, type Account, type SaidRegime } from '../../shared/receipt/account.ts'
import { actorIn } from '../../shared/receipt/actor.ts'
import type { ReceiptFault, HeldReceipt } from '../../shared/receipt/verify.ts'
import { cross, tick } from './drawings.ts'
import { h } from './element.ts'
import { wordsIn } from '../../shared/receipt/shown-words.ts'
import { hashesIn } from './expert.ts'
import { brokenPath, code, takenPath } from './stations.ts'
import type { Speech, Words } from './words.ts'

/** What can go wrong before there is a receipt to judge, too. */
export type Fault = ReceiptFault | 'unreadable' | 'unsupported'

/** What a receipt that holds says, and what that is worth. */
export function heldView(speech: Speech, held: HeldReceipt, receipt: unknown): Node[] {
  const { words } = speech
  const account = accountOf(held)
  return [
    slip(
      headline(tick(), words.holds, words.holdsText, 'good'),
      h('p', { class: 'said' }, sentence(speech, account)),
      answerList(speech, account),
      facts(speech, account),
      shownPart(speech, account),
      privatePart(speech, held),
    ),
    takenPath(speech, held, hashesIn(receipt)),
    worth(speech, held),
  ]
}

/** What does not fit, and what to do. */
export function faultView(speech: Speech, fault: Fault, detail: string | undefined): Node[] {
  const { words } = speech
  const todo = `todo-${fault}`
  return [
    slip(
      headline(cross(), words.fails, undefined, 'bad'),
      h('h3', {}, words.what),
      h('p', { class: 'said' }, words[`fault-${fault}`]),
      h('h3', {}, words.todo),
      h('p', {}, todo in words ? words[todo as keyof Words] : words.todoAgain),
      detail !== undefined &&
        h('details', {}, h('summary', {}, words.technical), h('pre', { dir: 'ltr', tabindex: '0' }, detail)),
    ),
    ...(isNoReceipt(fault) ? [] : [brokenPath(speech, fault)]),
  ]
}

/** There is no way to follow then. */
const isNoReceipt = (fault: Fault): fault is Exclude<Fault, ReceiptFault> | 'malformed' | 'newer-version' =>
  ['unreadable', 'unsupported', 'malformed', 'newer-version'].includes(fault)

const slip = (...content: (Node | false | undefined)[]): HTMLElement =>
  h('article', { class: 'slip', 'aria-labelledby': 'verdict' }, h('div', {}, content))

const headline = (mark: SVGElement, title: string, text: string | undefined, tone: string): HTMLElement =>
  h(
    'header',
    { class: 'verdict', 'data-tone': tone },
    mark,
    h('div', {}, h('h2', { id: 'verdict', tabindex: '-1' }, title), text !== undefined && h('p', {}, text)),
  )

function sentence({ say, words }: Speech, { act, type, cause, controller, siteName, site }: Account): string {
  if (act === 'other') return say('other', { type })
  const why = `cause-${cause ?? ''}`
  return why in words
    ? words[why as keyof Words]
    : say(act, { controller: controller?.name ?? siteName ?? site })
}

function answerList({ words }: Speech, { answers, channel, language }: Account): HTMLElement | undefined {
  if (answers.length === 0) return undefined
  // Read aloud as it was shown, whatever the reader's language.
  const spoken = language === undefined ? {} : { lang: language }
  const by = channel === 'email' || channel === 'sms' ? words[channel] : channel
  return h(
    'ul',
    { class: 'answers' },
    answers.map(({ id, name, description, answer }) =>
      h(
        'li',
        { 'data-answer': answer },
        h('span', { class: 'chip' }, words[answer]),
        h(
          'div',
          {},
          h(
            'strong',
            name === undefined ? {} : spoken,
            [name ?? id ?? words.everyProgram, by].filter(Boolean).join(', '),
          ),
          description !== undefined && h('p', spoken, description),
          answer === 'requested' && h('p', {}, words.needsConfirming),
        ),
      ),
    ),
  )
}

function actorSaid({ say }: Speech, actor: string): string {
  const found = actorIn(actor)
  return found ? say(`actor-${found.kind}`, { id: found.id }) : actor
}

function facts(speech: Speech, account: Account): HTMLElement {
  const { words, time, language: reader } = speech
  const { decidedAt, receivedAt, method, language, controller, siteName, site, id, gpc } = account
  const { from, destroyed, recorded, source, actor, sender, answersTo, sharesWith, collectionPoint, tool } =
    account
  const [evidence, basis] = [`evidence-${recorded?.evidence ?? ''}`, `basis-${recorded?.basis ?? ''}`]
  const where = `where-${method ?? ''}`
  return h(
    'dl',
    { class: 'facts' },
    decidedAt === undefined
      ? (account.recorded ?? account.tool) && fact(words.decidedAt, words.undated)
      : fact(words.decidedAt, time(decidedAt), tool === undefined ? words.decidedAtNote : words.toolNote),
    fact(words.receivedAt, time(receivedAt), words.receivedAtNote),
    account.isImplausible && fact('', words.implausible),
    method !== undefined && fact(words.where, where in words ? words[where as keyof Words] : method),
    tool !== undefined && fact(words.tool, h('bdi', {}, tool)),
    collectionPoint !== undefined && fact(words.collectionPoint, collectionPoint),
    recorded &&
      fact(
        words.evidence,
        evidence in words ? words[evidence as keyof Words] : recorded.evidence,
        basis in words ? words[basis as keyof Words] : recorded.basis,
      ),
    source && fact(words.listed, `${source.row}`, source.file),
    sender !== undefined && fact(words.saidTo, h('bdi', {}, sender)),
    actor !== undefined && fact(words.actor, h('bdi', {}, actorSaid(speech, actor))),
    sharesWith !== undefined && fact(words.sharedWith, sharesWith),
    answersTo !== undefined && fact(words.answersTo, code(answersTo)),
    // Of what another tool showed nobody here knows the language.
    language !== undefined && tool === undefined && fact(words.language, nameOf(language, reader)),
    controller !== undefined &&
      fact(
        words.offeredBy,
        controller.name ?? '–',
        [controller.address, controller.email].filter(Boolean).join(' · '),
      ),
    fact(words.site, siteName === undefined ? site : `${siteName} (${site})`, controller?.website),
    gpc && fact('', words.gpc),
    account.under && fact(words.regime, saidRegime(speech, account.under), words.regimeNote),
    account.located && fact(words.located, saidRegime(speech, account.located)),
    from && fact(words.from, from.origin, `${from.index}`),
    destroyed && fact(words.destroyed, `${destroyed.parts}`, destroyed.entries?.join(' · ')),
    fact(words.number, code(id)),
  )
}

function saidRegime({ words }: Speech, { regime, region }: SaidRegime): string {
  const key = `regime-${regime}`
  const name = key in words ? words[key as keyof Words] : regime
  return region === undefined ? name : `${name} (${region})`
}

const fact = (name: string, value: string | Node, note?: string): HTMLElement =>
  h(
    'div',
    {},
    h('dt', {}, name),
    h('dd', {}, value, note !== undefined && note !== '' && h('small', {}, note)),
  )

/** A language by its name in the reader's, or by its tag where there is none. */
function nameOf(tag: string, reader: string): string {
  try {
    return new Intl.DisplayNames(reader, { type: 'language' }).of(tag) ?? tag
  } catch {
    // No such tag: it stands as it is.
    return tag
  }
}

/** What is done where something was shown, or should have been. */
const SHOWING: ReadonlySet<Account['act']> = new Set(['decision', 'withdrawal', 'opt-in', 'consent-recorded'])

function shownPart({ words }: Speech, { act, shown, gpc, tool }: Account): HTMLElement | undefined {
  if (!SHOWING.has(act)) return undefined
  if (!shown) return h('p', { class: 'note' }, tool === undefined ? words.shownNone : words.shownElsewhere)
  const lines = wordsIn(shown, gpc)
  return h(
    'details',
    { class: 'shown', ...(lines && lines.length <= 12 && { open: '' }) },
    h('summary', {}, words.shown),
    lines
      ? h(
          'div',
          { class: 'screen', lang: shown.language, dir: 'auto' },
          lines.flatMap(({ as, text }) =>
            // A blank between two buttons, or they would be read as one word.
            as === 'button'
              ? [h('span', { class: 'button' }, text), ' ']
              : [h('p', { class: as, dir: 'auto' }, text)],
          ),
        )
      : h('pre', { dir: 'ltr', tabindex: '0' }, shown.body),
    lines !== undefined && shown.kind === 'embed' && h('p', { class: 'note' }, words.anyOf),
    h('p', { class: 'note' }, lines ? words.shownNote : words.shownRaw),
    h('p', { class: 'note' }, code(`sha256 ${shown.hash}`)),
  )
}

function privatePart({ words }: Speech, { private: fields }: HeldReceipt): HTMLElement | undefined {
  if (!fields) return undefined
  return h(
    'details',
    {},
    h('summary', {}, words.private),
    h(
      'dl',
      { class: 'facts' },
      Object.entries(fields).map(([name, value]) =>
        fact(name, h('bdi', {}, typeof value === 'string' ? value : JSON.stringify(value))),
      ),
    ),
    h('p', { class: 'note' }, words.privateNote),
  )
}

/** What the proof is worth, with what the reader brought and without. */
function worth({ words }: Speech, { signers, entry }: HeldReceipt): HTMLElement {
  const trusted = signers.filter(({ isTrusted }) => isTrusted)
  const log = trusted.some(({ kind }) => kind === 'log')
  const witness = trusted.some(({ kind }) => kind === 'witness')
  const compromised = trusted.some(({ wasCompromised }) => wasCompromised)
  const isConsent = 'decidedAt' in entry
  const isErasure = entry.type === 'erasure'
  return h(
    'section',
    { class: 'worth' },
    column(words.proves, [
      isErasure ? words.provesErased : words.provesSame,
      words.provesPlace,
      ...(log ? [words.provesKey] : []),
      ...(witness ? [words.provesWitness] : []),
    ]),
    column(words.provesNot, [
      ...(log ? [] : [words.notKey]),
      ...(witness ? [] : [words.notWitness]),
      ...(compromised ? [words.notCompromised] : []),
      ...(isConsent ? [words.notLater] : []),
      ...(isErasure ? [words.notCopies] : [words.notWho, words.notLaw]),
    ]),
  )
}

const column = (title: string, lines: readonly string[]): HTMLElement =>
  h(
    'div',
    {},
    h('h3', {}, title),
    h(
      'ul',
      {},
      lines.map(text => h('li', {}, text)),
    ),
  )
