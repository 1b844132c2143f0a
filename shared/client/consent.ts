import type { Confirmation, MessageBasis } from '../domain/marketing.ts'
import type { Channel, CollectionPoint } from '../domain/site.ts'
import { milliseconds, type Moment } from './moment.ts'
import { newId } from './new-id.ts'
import type { Stored } from './opt-out.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

interface Recorded {
  readonly program: string
  readonly channel: Channel
  /** As it was given. */
  readonly address: string
  /** When the person agreed, or when what it rests on happened. */
  readonly decidedAt: Moment
  /** UUIDv7; made when left out. Hand one in to be able to send the same again after a fault: it is then stored once. */
  readonly id?: string
  /** Address of the page; needed where the collection point is a web form. */
  readonly page?: string
  /** Of the person; only its network is kept. */
  readonly ip?: string
  readonly userAgent?: string
}

/** By which words, on what place: the register of collection points names all four. */
interface Shown {
  /** Hash of the configuration in force. */
  readonly configuration: string
  /** Hash of the words. */
  readonly text: string
  readonly language: string
  readonly collectionPoint: string
}

/** What a person agreed to on a form of yours, by phone or on paper, with everything that shows it. */
export interface Consent extends Recorded, Shown {
  readonly basis?: 'consent'
  /** The person said to be as old as the program asks. */
  readonly ofAge?: boolean
  /** With whom the program shares, by the name the person read. */
  readonly sharesWith?: string
}

/** Why somebody may be written to who did not agree. */
export interface OtherBasis extends Recorded, Partial<Shown> {
  readonly basis: Exclude<MessageBasis, 'consent'>
  readonly reason: string
  /** What shows it elsewhere, such as the number of an order. */
  readonly reference?: string
  /** Needed for a soft opt-in. */
  readonly optOutOffered?: true
}

export interface StoredConsent extends Stored {
  /** `double`: it holds only once its address has confirmed it. Of consent only. */
  readonly confirmation?: Confirmation
}

/** One, which is stored or an error: the slug `evidence-missing` says that fields are missing, and the detail which. */
export const consent =
  (send: Send) =>
  async (one: Consent | OtherBasis, { signal }: CallOptions = {}): Promise<StoredConsent> => {
    const json = { ...one, id: one.id ?? newId(), decidedAt: milliseconds(one.decidedAt) }
    return jsonOf(await send('POST /v1/sites/{site}/consents', { json, ...(signal && { signal }) }), signal)
  }

export interface RegisteredPoint extends Pick<CollectionPoint, 'id' | 'name' | 'kind' | 'url'> {
  /** By program: the channels its words tell enough for. */
  readonly programs: Readonly<Record<string, readonly Channel[]>>
  /** By language. */
  readonly texts: Readonly<Record<string, { readonly words: string; readonly text: string }>>
}

export interface CollectionPoints {
  /** To be sent with what was agreed to by these words. */
  readonly configuration: string
  readonly collectionPoints: readonly RegisteredPoint[]
}

export const collectionPoints =
  (send: Send) =>
  async ({ signal }: CallOptions = {}): Promise<CollectionPoints> =>
    jsonOf(await send('GET /v1/sites/{site}/collection-points', { ...(signal && { signal }) }), signal)
