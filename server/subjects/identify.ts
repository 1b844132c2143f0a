import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Channel } from '../../shared/domain/site.ts'
import { macsBeside } from './mac-thread.ts'
import { random } from './random.ts'

/**
 * Finds an address without keeping it: its HMAC under a key that only this site's index uses. The same address always
 * leads to it, nothing leads back, and without the keyring not even trying every number does.
 */
export interface BlindIndex {
  /** Of a normalised address. Two spellings of one mailbox are one; of one number there is only one spelling. */
  blindOf(site: string, channel: Channel, address: string): Buffer
  /** The same of many, in their order; of very many beside the main thread. */
  blindsOf(site: string, channel: Channel, addresses: readonly string[]): Promise<Uint8Array[]>
  /** Ties a row of the index to its subject: who points it at somebody else cannot make the tie that fits. */
  tieOf(site: string, blind: Uint8Array, subject: string): Buffer
  /** Ties a suppression to its moment, and to nobody. */
  suppressionTieOf(site: string, blind: Uint8Array, at: number): Buffer
  /** Names a file of addresses by its hash; of a small one, the hash alone would give them away. */
  fileOf(site: string, hash: string): Buffer
}

/** A row of the index, kept in the ledger's database and deletable. */
export interface AddressRow {
  readonly blind: Uint8Array
  readonly subject: string
  readonly tie: Uint8Array
}

/**
 * All that is kept of an address that was erased, so that no yes from before brings it back: its place in the index and the
 * moment. It leads to no subject.
 */
export interface SuppressionRow {
  readonly blind: Uint8Array
  /** A yes counts only if it was decided after this; epoch milliseconds. */
  readonly at: number
  readonly tie: Uint8Array
}

/** `root`: of the keyring; the keys of the sites are derived from it. */
export function openBlindIndex(root: Uint8Array): BlindIndex {
  const rootKey = createSecretKey(root)
  const keys = new Map<string, KeyObject>()

  function keyOf(site: string): KeyObject {
    const known = keys.get(site)
    if (known) return known
    const key = createSecretKey(createHmac('sha256', rootKey).update(`assent blind index\n${site}`).digest())
    keys.set(site, key)
    return key
  }

  const mac = (site: string, text: string) => createHmac('sha256', keyOf(site)).update(text).digest()
  return {
    blindOf: (site, channel, address) => mac(site, named(channel, address)),
    async blindsOf(site, channel, addresses) {
      const texts = addresses.map(address => named(channel, address))
      if (texts.length < MANY) return texts.map(text => mac(site, text))
      const macs = await macsBeside(keyOf(site), texts)
      return texts.map((_, n) => macs.subarray(n * BLIND, (n + 1) * BLIND))
    },
    tieOf: (site, blind, subject) => mac(site, `tie\n${subject}\n${Buffer.from(blind).toString('hex')}`),
    suppressionTieOf: (site, blind, at) =>
      mac(site, `suppression\n${at}\n${Buffer.from(blind).toString('hex')}`),
    fileOf: (site, hash) => mac(site, `file\n${hash}`),
  }
}

/** Fewer are hashed sooner than another thread has begun. */
const MANY = 250
/** Bytes of a place in the index. */
const BLIND = 32

const named = (channel: Channel, address: string): string => `${channel}\n${matched(channel, address)}`

/** Composed again after folding: lower-casing may take a letter apart. */
const matched = (channel: Channel, address: string): string =>
  channel === 'email' ? address.toLowerCase().normalize('NFC') : address

/** The pseudonym of an address: random, in the order of time as every subject is, so that appends stay cheap. */
export const newSubject = (now: number): string =>
  now.toString(16).padStart(12, '0') + random(16).toString('hex')
