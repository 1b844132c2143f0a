// The other end, in a process of its own: sends until the server is gone, and notes on its own disk what was acknowledged.
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { time, uuid7 } from '../bench/decision-body.ts'

/** What a browser would know of the site it is on. */
export interface Offer {
  readonly configuration: string
  readonly banner: string
  readonly form: string
}

/** One line of the notes: what was sent under an id, or what the server said of it. */
export type Note =
  | { readonly sent: string; readonly to: string; readonly body: string }
  | { readonly acknowledged: string; readonly index: number; readonly duplicate: boolean }
  | { readonly refused: string; readonly why: string }
  /** Asked to come again later, as on a full disk. */
  | { readonly putOff: string }

const SENDERS = 16
/** So long a sender that was put off waits, in milliseconds. */
const LATER = 100

if (import.meta.main) {
  const [url, notes, offer] = process.argv.slice(2) as [string, string, string]
  const shown = JSON.parse(offer) as Offer
  await sendAgain(url, notes)
  process.stdout.write('on\n')
  await Promise.all(Array.from({ length: SENDERS }, (_, n) => sendUntilCut(url, notes, shown, n)))
}

export function readNotes(file: string): Note[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map(line => JSON.parse(line) as Note)
}

export function unanswered(notes: readonly Note[]): Extract<Note, { sent: string }>[] {
  const answered = new Set(
    notes.flatMap(n => ('acknowledged' in n ? n.acknowledged : 'refused' in n ? n.refused : [])),
  )
  return notes.filter(n => 'sent' in n).filter(n => !answered.has(n.sent))
}

/** What was sent and never answered is sent again, unchanged, as the outbox does. */
async function sendAgain(url: string, file: string): Promise<void> {
  for (const { sent, to, body } of unanswered(readNotes(file))) {
    // oxlint-disable-next-line no-await-in-loop -- in the order it was sent
    await post(url, file, sent, to, body)
  }
}

async function sendUntilCut(url: string, file: string, offer: Offer, sender: number): Promise<void> {
  for (let n = 0; ; n++) {
    const [to, id, item] = n % 4 === 0 ? optIn(offer, sender) : decision(offer)
    const body = JSON.stringify(item)
    appendFileSync(file, `${JSON.stringify({ sent: id, to, body } satisfies Note)}\n`)
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next when this one is answered
      if (await post(url, file, id, to, body)) continue
      // oxlint-disable-next-line no-await-in-loop -- later is not at once
      await wait(LATER)
    } catch (fault) {
      if (fault instanceof TypeError) return
      throw fault
    }
  }
}

/** Throws a TypeError when the connection breaks, as `fetch` does. A 503 acknowledges nothing: answers `false`. */
async function post(url: string, file: string, sent: string, to: string, body: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/sites/loom/${to}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: 'http://localhost:8789' },
    body,
  })
  const text = await response.text()
  if (response.status === 503) {
    appendFileSync(file, `${JSON.stringify({ putOff: sent } satisfies Note)}\n`)
    return false
  }
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${text}`)
  for (const entry of (JSON.parse(text) as { entries: readonly Record<string, unknown>[] }).entries) {
    const { id, index, duplicate, refused } = entry
    const note: Note =
      typeof index === 'number'
        ? { acknowledged: id as string, index, duplicate: duplicate === true }
        : { refused: id as string, why: String(refused) }
    appendFileSync(file, `${JSON.stringify(note)}\n`)
  }
  return true
}

function decision({ configuration, banner }: Offer): [string, string, unknown] {
  const now = Date.now()
  const random = randomBytes(26).toString('hex')
  const id = uuid7(now, random)
  const choices = { preferences: true, analytics: false, marketing: false }
  const said = {
    id,
    type: 'decision',
    decidedAt: now,
    configuration,
    text: banner,
    language: 'en',
    method: 'banner',
  }
  return ['decisions', id, { decisions: [{ ...said, secret: time(now) + random.slice(20), choices }] }]
}

/** One in four names an address that others name too. */
function optIn({ configuration, form }: Offer, sender: number): [string, string, unknown] {
  const now = Date.now()
  const random = randomBytes(26).toString('hex')
  const id = uuid7(now, random)
  const address = sender % 4 === 0 ? `shared-${now % 50}@mail.example` : `one-${random}@mail.example`
  const said = {
    id,
    program: 'weekly',
    channel: 'email',
    decidedAt: now,
    configuration,
    text: form,
    language: 'en',
  }
  return ['opt-ins', id, { optIns: [{ ...said, method: 'form', address }] }]
}
