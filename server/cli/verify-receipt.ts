import { existsSync } from 'node:fs'
import { withoutMisleading } from '../../shared/domain/misleading.ts'
import { accountOf, type Account, type Answer, type SaidRegime } from '../../shared/receipt/account.ts'
import type { Signer, Trust } from '../../shared/receipt/signatures.ts'
import { trustedKeys, type KeyCounts } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt, type HeldReceipt } from '../../shared/receipt/verify.ts'
import { actorText } from './actor.ts'
import { CommandError, EXIT } from './command.ts'
import { parseJson, readText } from './site-file.ts'
import type { Terminal } from './terminal.ts'

export interface ReceiptCheck {
  readonly file: string
  /** The verifier key the reader trusts, or a file: one with that key, or the document of all keys of the log. */
  readonly key?: string
  /** Verifier keys of witnesses that must have cosigned. */
  readonly witnesses: readonly string[]
  readonly json: boolean
}

/** Checks a receipt with nothing but itself and what the reader trusts, and says in plain words what it proves. */
export async function checkReceipt(check: ReceiptCheck, terminal: Terminal): Promise<number> {
  const { file, key, witnesses, json } = check
  const text = readText(file)
  if (!text.trimStart().startsWith('{'))
    throw new CommandError(
      `${file} is neither a receipt nor an export: a checkpoint goes behind --checkpoint, a key behind --key.`,
      EXIT.usage,
    )
  const receipt = parseJson(file, text)
  const trust: Trust = { ...(key !== undefined && { keys: readKeys(key) }), witnesses }
  const verdict = await verifyReceipt(receipt, trust)
  if (json) {
    const { texts: _, ...answer } = verdict.ok ? verdict : { ...verdict, texts: [] }
    terminal.out(JSON.stringify({ ...answer, pinned: key !== undefined }, null, 2))
  } else if (verdict.ok) for (const line of whatHolds(verdict, terminal)) terminal.out(line)
  else
    terminal.out(
      `${file}: ${terminal.paint('bad', 'does not hold')} (${verdict.reason}): ${printable(verdict.detail)}`,
    )
  return verdict.ok ? EXIT.ok : EXIT.findings
}

/** What `--key` names: a verifier key, or a file with it or with the document of all keys. */
export function readKeys(key: string): KeyCounts {
  const keys = trustedKeys(existsSync(key) ? readText(key) : key)
  if (!keys)
    throw new CommandError(
      `--key takes a verifier key (name+hash+key), or a file with it, or as GET /log/<site>/keys answers it; "${printable(key)}" is none of these.`,
      EXIT.usage,
    )
  return keys
}

function whatHolds(held: HeldReceipt, { paint }: Terminal): string[] {
  const { index, origin, size, entry, signers } = held
  const lines = [
    ...whatItSays(accountOf(held)),
    `  Proof:    entry ${index} of the log "${origin}", in a signed tree of ${size} entries`,
    ...signers.map(signerWords),
    '',
    ...whatItMeans(entry.site, signers),
  ]
  return [paint('good', 'This receipt holds.'), ...lines.map(printable)]
}

/** A receipt is a stranger's file: its texts must neither steer the terminal nor be read in another order. */
export const printable = (text: string): string => withoutMisleading(text.replace(/\p{Cc}/gu, '\uFFFD'))

const signerWords = ({ kind, vkey, time }: Signer): string =>
  kind === 'log' ? `  Signed:   by ${vkey}` : `  Witness:  ${vkey}, at ${when((time ?? 0) * 1000)}`

function whatItMeans(site: string, signers: readonly Signer[]): string[] {
  const logs = signers.filter(({ kind }) => kind === 'log')
  const witnesses = signers.filter(({ kind, isTrusted }) => kind === 'witness' && isTrusted)
  return [
    logs.some(({ isTrusted }) => isTrusted)
      ? 'The key is the one you trust.'
      : `Nobody changed it since that key signed it. Whether the key is the site's own, a receipt cannot say of itself: compare it with GET /log/${site}/vkey, or pass it with --key.`,
    ...(logs.some(({ isTrusted, wasCompromised }) => isTrusted && wasCompromised)
      ? [
          `That key got into other hands later. It counts only if the log extends the checkpoint in this receipt: ask the log for GET /log/${site}/consistency, or its operator for "assent verify --checkpoint".`,
        ]
      : []),
    witnesses.length > 0
      ? 'The witness you trust saw this very log: nobody was shown another one in its place.'
      : 'No witness you trust has cosigned it: that the site shows everybody the same log, this receipt alone does not prove.',
  ]
}

function whatItSays(account: Account): string[] {
  const { act, type, site, siteName, controller, method, decidedAt, receivedAt, shown, id } = account
  if (act === 'erasure') return whatIsGone(account)
  if (act === 'evidence-read') return whoRead(account)
  if (act === 'other')
    return [`  What:     an entry of type "${type}", which is no decision`, `  Received: ${when(receivedAt)}`]
  return [
    `  Site:     ${siteName ?? site} ("${site}")`,
    ...(controller?.name
      ? [`  Offered:  by ${controller.name}${controller.address ? `, ${controller.address}` : ''}`]
      : []),
    `  What:     ${ACTS[act]}${method ? `, made ${WHERE.get(method) ?? `by way of "${method}"`}` : ''}`,
    ...answerLines(account),
    ...circumstances(account),
    `  When:     ${decidedAt === undefined ? 'nobody kept it' : `${when(decidedAt)} ${account.tool === undefined ? 'by the clock of whoever did it' : 'as that tool noted it'}`}, received ${when(receivedAt)}`,
    ...(account.isImplausible
      ? ['            That time cannot be true: a yes given then permits nothing.']
      : []),
    shown
      ? `  Text:     ${shown.hash}, shown in "${account.language}"; its bytes are in the receipt`
      : SHOWING.has(act)
        ? '  Text:     none of ours was shown'
        : '  Text:     none: nothing was shown for it',
    ...(account.configuration ? [`  Version:  configuration ${account.configuration}`] : []),
    ...(account.gpc ? ['  Signal:   Global Privacy Control was on'] : []),
    ...regimeLines(account),
    ...(account.from
      ? [`  Imported: from entry ${account.from.index} of the log "${account.from.origin}"`]
      : []),
    `  Number:   ${id}`,
  ]
}

/** Which rules the site kept, as the browser said, and what its own server made of where it saw the visitor. */
function regimeLines({ under, located }: Account): string[] {
  const said = ({ regime, region }: SaidRegime): string =>
    `${regime}${region === undefined ? '' : ` (${region})`}`
  return [
    ...(under ? [`  Regime:   ${said(under)}, as the browser said`] : []),
    ...(located ? [`  Seen:     ${said(located)}, as the server saw where the visitor was`] : []),
  ]
}

/** Why, by whom, and from where: of what people are not simply asked. */
function circumstances({
  cause,
  sender,
  actor,
  answersTo,
  recorded,
  source,
  told,
  collectionPoint,
  sharesWith,
  tool,
}: Account): string[] {
  return [
    ...(tool === undefined ? [] : [`  From:     ${tool}, which had asked; it was taken over from there`]),
    ...(cause === undefined ? [] : [`  Why:      ${WHY.get(cause) ?? cause}`]),
    ...(answersTo === undefined ? [] : [`  Answers:  entry ${answersTo}`]),
    ...(recorded
      ? [
          `  Rests on: ${recorded.basis}; of its evidence there is: ${EVIDENCE.get(recorded.evidence) ?? recorded.evidence}`,
        ]
      : []),
    ...(source ? [`  Listed:   in row ${source.row} of a file with the fingerprint ${source.file}`] : []),
    ...(told === undefined ? [] : [`  Told:     by ${told}`]),
    ...(collectionPoint === undefined ? [] : [`  Place:    ${collectionPoint}`]),
    ...(sharesWith === undefined ? [] : [`  Shared:   with ${sharesWith}`]),
    ...(sender === undefined ? [] : [`  Said to:  ${sender}`]),
    ...(actor === undefined ? [] : [`  By:       ${actorText(actor)}`]),
  ]
}

const WHY = new Map([
  ['complaint', 'the person reported a message as spam, as the provider says'],
  ['hard-bounce', 'the mailbox does not exist or takes nothing, as the provider says'],
  ['number-reassigned', 'the number belongs to somebody else now'],
  ['suppressed', 'somebody put the address on the list of those not to be written to'],
  ['revocation-suspected', 'the person may have said stop in words of their own'],
  ['restricted', 'the person asked that nothing be done with their data'],
])

const EVIDENCE = new Map([
  ['full', 'words, time and place'],
  ['partial', 'some of it'],
  ['asserted', 'nothing but the word of whoever recorded it'],
])

const SHOWING: ReadonlySet<string> = new Set(['decision', 'withdrawal', 'opt-in', 'consent-recorded'])

function whoRead({ site, actor, reason, receivedAt, id, channel }: Account): string[] {
  return [
    `  Site:     "${site}"`,
    `  What:     somebody read what is held of one address (${channel ?? ''})`,
    `  By:       ${actor === undefined ? 'unknown' : actorText(actor)}${reason === undefined ? '' : `, because of: ${reason}`}`,
    `  When:     received ${when(receivedAt)}`,
    `  Number:   ${id}`,
  ]
}

function whatIsGone({ site, receivedAt, id, destroyed }: Account): string[] {
  const entries = destroyed?.entries ?? ['not listed here']
  return [
    `  Site:     "${site}"`,
    `  What:     everything private of one person was destroyed (${destroyed?.reason ?? ''})`,
    `  Parts:    ${destroyed?.parts ?? 0} private parts, with what led to them from an address`,
    `  When:     received ${when(receivedAt)}`,
    ...entries.map((entry, n) => `  ${n === 0 ? 'Entries:' : '        '}  ${entry}`),
    `  Number:   ${id}`,
  ]
}

function answerLines({ act, answers, channel }: Account): string[] {
  const those = (...wanted: Answer['answer'][]): string =>
    answers
      .filter(({ answer }) => wanted.includes(answer))
      .map(({ id, name }) =>
        id === undefined ? 'every program' : name === undefined ? id : `${name} (${id})`,
      )
      .join(', ') || 'nothing'
  switch (act) {
    case 'opt-in':
      return [
        answers.some(({ answer }) => answer === 'requested')
          ? `  Asked for: ${channel} of ${those('requested')}; it counts once the address has confirmed it`
          : `  Agreed:   ${channel} of ${those('yes')}`,
      ]
    case 'opt-out':
      return [`  Stopped:  ${channel} of ${those('withdrawn')}`]
    case 'confirmation':
      return [`  Agreed:   ${channel} of ${those('yes')}, asked for before and confirmed by this`]
    case 'consent-recorded':
      return [`  Recorded: ${channel} of ${those('yes')}`]
    case 'hold':
      return [`  Waits:    every message by ${channel}`]
    case 'hold-release':
      return [`  Waits:    no longer, by ${channel}`]
    default:
      return [`  Agreed:   ${those('yes')}`, `  Refused:  ${those('no', 'withdrawn')}`]
  }
}

const ACTS = {
  decision: 'a decision',
  withdrawal: 'a withdrawal',
  'opt-in': 'an opt-in to messages',
  'opt-out': 'an opt-out from messages',
  confirmation: 'the second step of a double opt-in',
  'consent-recorded': 'consent, or another basis, from elsewhere',
  hold: 'messages wait until somebody has looked',
  'hold-release': 'somebody looked, and messages no longer wait',
} as const

const WHERE = new Map([
  ['banner', 'on the banner'],
  ['settings', 'on the settings'],
  ['embed', 'on the placeholder of embedded content'],
  ['form', 'on a form'],
  ['offer', 'on a small banner'],
  ['page', 'on a page of its own'],
  ['api', "on the site's own interface"],
  ['gpc', "by the browser's opt-out signal itself"],
  ['keyword', 'by text message'],
  ['link', 'by a link that was sent to the address'],
  ['one-click', 'by the unsubscribe button of a mail program'],
  ['preferences', 'in the preference centre'],
  ['provider', 'by what the provider that carries the messages reported'],
  ['staff', 'by somebody of the site who was told'],
  ['import', 'by a list of another system'],
  ['take-over', 'in another consent tool, which the site had before'],
  ['hold', 'by a hold that nobody settled in time'],
])

/** A moment no calendar has is told as the number it is. */
const when = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms))
