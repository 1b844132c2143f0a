import { signal, type ReadonlySignal } from '@preact/signals'
import type { ConsentHandle } from '../consent/handle.ts'

/** Where the proof of the stored choice stands. */
export type ReceiptState =
  | { readonly kind: 'none' | 'asking' | 'unreachable' | 'anonymous' }
  | { readonly kind: 'pending'; readonly id?: string }
  | { readonly kind: 'known'; readonly id: string; readonly index: number; readonly configuration?: string }

const RECHECK = 1000

export interface ReceiptFollower {
  readonly state: ReadonlySignal<ReceiptState>
  readonly step: ReadonlySignal<'ready' | 'downloading' | 'downloadFailed'>
  /** Saves the receipt as a file. */
  download(id: string): void
  stop(): void
}

/** Follows the receipt of the stored choice until the ledger has it. */
export function followReceipt(handle: ConsentHandle): ReceiptFollower {
  const state = signal<ReceiptState>({ kind: 'none' })
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  const look = (): void => {
    clearTimeout(timer)
    turn++
    const record = handle.record()
    const last = handle.receipt()
    if (!record) state.value = { kind: 'none' }
    else if (last?.index !== undefined) state.value = { kind: 'known', id: last.id, index: last.index }
    else if (last) {
      state.value = { kind: 'pending', id: last.id }
      timer = setTimeout(look, RECHECK)
    } else if (!record.secret) state.value = { kind: 'anonymous' }
    else void ask(record.decidedAt, turn)
  }

  const ask = async (decidedAt: number, asked: number): Promise<void> => {
    state.value = { kind: 'asking' }
    const next = await newest(handle, decidedAt)
    // A decision made meanwhile has its own answer.
    if (asked === turn) state.value = next
  }

  const forget = handle.onChange(look)
  look()
  const step = signal<'ready' | 'downloading' | 'downloadFailed'>('ready')
  return {
    state,
    step,
    download(id) {
      step.value = 'downloading'
      saveReceipt(handle, id).then(
        () => (step.value = 'ready'),
        () => (step.value = 'downloadFailed'),
      )
    },
    stop() {
      clearTimeout(timer)
      turn++
      forget()
    },
  }
}

async function newest(handle: ConsentHandle, decidedAt: number): Promise<ReceiptState> {
  try {
    const entry = (await handle.history())?.entries[0]
    if (!entry) return { kind: 'unreachable' }
    // The stored choice is younger than all the ledger has: it still waits here.
    if (Date.parse(entry.decidedAt ?? '') < decidedAt) return { kind: 'pending' }
    return { kind: 'known', id: entry.id, index: entry.index, configuration: entry.configuration }
  } catch {
    // Offline or refused: said in words, and the choice applies all the same.
    return { kind: 'unreachable' }
  }
}

/** `<host>/v1/sites/<site>/`, with the slash. */
export const siteApi = ({ base, configuration }: ConsentHandle): string =>
  new URL(`../../v1/sites/${configuration.site}/`, base).href

/** The page that checks receipts, of the same server. */
export const verifyPage = ({ base }: ConsentHandle): string => new URL('../../verify', base).href

async function saveReceipt(handle: ConsentHandle, id: string): Promise<void> {
  const secret = handle.record()?.secret
  const answer = await fetch(`${siteApi(handle)}receipts/${id}`, {
    credentials: 'omit',
    ...(secret ? { headers: { Authorization: `Assent ${secret}` } } : {}),
  })
  if (!answer.ok) throw new Error(`couldn't fetch the receipt: ${answer.status}`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = `receipt-${id}.json`
  link.click()
  // Some engines begin to read only after the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
