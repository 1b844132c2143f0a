import type { ConfirmationEntry, Entry, OptInEntry } from '../../shared/domain/entry.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { unconfirmedFor } from '../../shared/domain/site.ts'
import { programStanding, waitingOf, type Waiting } from '../../shared/domain/standing.ts'
import { addressIn, agreedIn } from './agreed.ts'
import { confirmWords } from './confirm-words.ts'
import { overLimit, sourceOf, type MessageLimits } from './limits.ts'
import { queueMessage, type Outbox } from './outbox.ts'
import { saidStop } from './said-stop.ts'

export interface Following extends Outbox {
  readonly limits: MessageLimits
  /** Said when somebody had more sent than may be, or to an address that said no by message. */
  readonly refused: (site: string, why: Refused) => void
}

/** Why something that was asked for is not sent: it stays in the message log, so that its owner sees it. */
export type Refused = 'limit per-address' | 'limit per-source' | 'said stop' | 'complained'

/** Entries that may ask for a message, or end what is kept of messages. */
const ASKING: readonly Entry['type'][] = ['opt-in', 'confirmation', 'erasure']
/** So that of the others nothing is parsed. */
export const mayAsk = (text: string): boolean => ASKING.some(type => text.includes(`"type":"${type}"`))

/**
 * What follows from one entry: at most one message, under an id that follows from it too, so following it again makes no
 * second one. What stands now decides: a request that was taken back or replaced meanwhile asks nobody.
 */
export function followEntry(
  outbox: Following,
  site: Pick<SiteConfiguration, 'programs'>,
  entry: Entry,
  index: number,
): 'queued' | 'forgotten' | 'nothing' {
  if (entry.type === 'erasure')
    return outbox.messages.forget(entry.site, entry.subject) ? 'forgotten' : 'nothing'
  if (entry.type !== 'opt-in' && entry.type !== 'confirmation') return 'nothing'
  const program = site.programs.find(({ id }) => id === entry.program)
  const standing = outbox.ledger.store.subject(entry.site, entry.subject)?.standing ?? {}
  const stands = programStanding(standing, entry.channel, entry.program)
  if (!program) return 'nothing'
  const waiting = waitingOf(stands)
  if (entry.type === 'opt-in' && waiting?.act.id === entry.id)
    return confirm(outbox, program, entry, index, waiting) ? 'queued' : 'nothing'
  // A yes that was a yes before is welcomed no second time.
  if (entry.channel !== 'sms' || stands?.act?.id !== entry.id || stands.state !== 'given') return 'nothing'
  return welcome(outbox, program, entry, index) ? 'queued' : 'nothing'
}

function confirm(
  outbox: Following,
  program: Program,
  entry: OptInEntry,
  index: number,
  { since }: Waiting,
): boolean {
  const until = since + unconfirmedFor(program)
  const found = addressIn(outbox.ledger, entry, index)
  // It waited too long somewhere: nobody remembers what they are asked about.
  if (!found || outbox.ledger.now() >= until) return false
  const { channel, language } = entry
  const { words, controller } = agreedIn(outbox.ledger, entry)
  const letter = confirmWords({ channel, controller, program, words, language, at: since, until })
  return queueAsked(outbox, entry, entry.id, { kind: 'confirm', ...letter, to: found.address }, found.network)
}

function welcome(
  outbox: Following,
  { replies }: Program,
  entry: OptInEntry | ConfirmationEntry,
  index: number,
): boolean {
  const request =
    entry.type === 'opt-in' ? { entry, index } : outbox.ledger.store.entryById(entry.site, entry.confirms)
  if (request?.entry.type !== 'opt-in') return false
  const { language } = request.entry
  const words = replies?.welcome?.[language]
  const found = words === undefined ? undefined : addressIn(outbox.ledger, request.entry, request.index)
  if (words === undefined || !found) return false
  const letter = { kind: 'welcome', to: found.address, words, language }
  // Who confirmed is known to want it. A number typed into a form may be anybody's.
  return entry.type === 'confirmation'
    ? queueMessage(outbox, entry.site, { ...letter, ...about(entry), follows: entry.id })
    : queueAsked(outbox, entry, entry.id, letter, found.network)
}

const about = ({ subject, channel, program }: OptInEntry | ConfirmationEntry) => ({
  subject,
  channel,
  program,
})

/** What anybody can have sent to anybody, so only so many. */
function queueAsked(
  outbox: Following,
  entry: OptInEntry,
  follows: string,
  letter: { readonly kind: string; readonly to: string; readonly words: string },
  network: string | undefined,
): boolean {
  const source = network === undefined ? undefined : sourceOf(outbox, entry.site, network)
  const of = { subject: entry.subject, ...(source && { source }) }
  const stopped = saidStop(outbox.ledger, entry.site, about(entry))
  const over = stopped ? undefined : overLimit(outbox, entry.site, of, outbox.limits)
  const why: Refused | undefined = stopped ?? (over && `limit ${over}`)
  const queued = queueMessage(outbox, entry.site, {
    ...letter,
    ...about(entry),
    follows,
    // What is not sent is counted for nobody: a flood from one network would have each counted again with the next.
    ...(why ? { refused: why } : source && { source }),
  })
  if (queued && why) outbox.refused(entry.site, why)
  return queued && !why
}
