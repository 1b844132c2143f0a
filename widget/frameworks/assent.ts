import type { PurposeChoices } from '../../shared/domain/consent.ts'
import type { Assent } from '../consent/handle.ts'
import type { Stub } from '../consent/page.ts'

/** What the visitor has said of a purpose. */
export interface Consent {
  readonly granted: boolean
  /** There is an answer, or none is needed: a page that asks in its own words asks while this is false. */
  readonly known: boolean
}

/** Something that changes while the page lives, in the shape that React wants: what is read is the same until it changes. */
export interface Watched<Value> {
  readonly read: () => Value
  /** Returns how to stop. */
  readonly subscribe: (tell: () => void) => () => void
}

// Each the same object for ever, so that comparing is enough.
const GRANTED: Consent = Object.freeze({ granted: true, known: true })
const REFUSED: Consent = Object.freeze({ granted: false, known: true })
/** Also on a server, and while a server's page is hydrated. */
export const UNKNOWN: Consent = Object.freeze({ granted: false, known: false })

const listeners = new Set<() => void>()
let choices: PurposeChoices | undefined
let isWatching = false
let stop: (() => void) | undefined

/** The loader's; only it has read the configuration, so nothing is granted before it has started. */
const started = (): Assent | undefined =>
  typeof window !== 'undefined' && window.assent?.sync ? window.assent : undefined

export const consentTo = (purpose: string): Consent =>
  started()?.granted(purpose) ? GRANTED : choices && purpose in choices ? REFUSED : UNKNOWN

/** Tells when what is granted may have changed. */
export function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  if (!isWatching) {
    isWatching = true
    whenStarted(() => {
      read()
      // The loader told nobody that a choice has expired or was deleted; it looks at the same moments, before us.
      for (const event of ['storage', 'pageshow', 'visibilitychange']) addEventListener(event, read)
    })
  }
  return () => listeners.delete(tell)
}

function read(): void {
  stop?.()
  choices = undefined
  stop = started()!.onChange(given => {
    choices = given
    tellAll()
  })
  tellAll()
}

const tellAll = (): void => {
  for (const tell of listeners) tell()
}

function whenStarted(run: () => void): void {
  if (started()) run()
  else onceAssigned(() => whenStarted(run))
}

/**
 * The snippet puts itself at `window.assent`, and then the loader does. Nothing else tells of that, and a page may have neither yet.
 * Several copies of this code, each bundled for itself, hand on to each other.
 */
function onceAssigned(run: () => void): void {
  const before = Object.getOwnPropertyDescriptor(window, 'assent')
  Object.defineProperty(window, 'assent', {
    configurable: true,
    get: () => (before?.get ? (before.get() as unknown) : before?.value),
    set(value: Window['assent']) {
      if (before) Object.defineProperty(window, 'assent', before)
      else Reflect.deleteProperty(window, 'assent')
      Object.assign(window, { assent: value })
      // Later: a fault of the page's must not keep the loader from starting.
      queueMicrotask(run)
    },
  })
}

/** The snippet's or the loader's. An element with this id goes by the same name. */
const isThere = (given: (Assent & Partial<Stub>) | undefined): given is Assent =>
  typeof given?.granted === 'function'

function call(run: (assent: Assent) => void): void {
  if (typeof window === 'undefined') return
  if (isThere(window.assent)) run(window.assent)
  else onceAssigned(() => call(run))
}

/** `window.assent` for code that may run before it is there, which waits then, and on a server, where nothing is granted. */
export const assent: Pick<Assent, 'granted' | 'open' | 'decide' | 'withdraw'> = {
  granted: purpose => consentTo(purpose).granted,
  open: view => call(there => there.open(view)),
  decide: given => call(there => there.decide(given)),
  withdraw: () => call(there => there.withdraw()),
}
