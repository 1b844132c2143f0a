import SqliteDatabase from 'better-sqlite3'
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openData } from '../../server/cli/data.ts'
import { keyInFile } from '../../server/cli/master-key.ts'
import { readConfig } from '../../server/config.ts'
import { openedPart } from '../../server/ledger/receipt.ts'
import { unwrapped } from '../../server/storage/keyring.ts'
import { sqliteKeyring } from '../../server/storage/sqlite/keyring.ts'
import { SITE } from './app.ts'
import type { AddressForm } from './forms-of.ts'

/** Some bytes, and where they are. */
export interface Place {
  readonly name: string
  readonly bytes: Buffer
}

export interface Secret {
  readonly name: string
  readonly key: Buffer
}

/** Every file in a folder, by its path there, as it lies. */
export const filesOf = (folder: string): Place[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(file => ({ name: file.slice(folder.length + 1), bytes: readFileSync(file) }))

/** `place: form` → how often. */
export function formsIn(places: readonly Place[], forms: readonly AddressForm[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { name, bytes } of places)
    for (const form of forms) {
      let times = 0
      for (let at = bytes.indexOf(form.bytes); at !== -1; at = bytes.indexOf(form.bytes, at + 1)) times++
      if (times > 0) found[`${name}: ${form.name}`] = times
    }
  return found
}

/** The places that hold one of these, byte for byte. */
export const holding = (places: readonly Place[], parts: readonly Buffer[]): string[] =>
  places.filter(({ bytes }) => parts.some(part => bytes.includes(part))).map(({ name }) => name)

/** Everything in hand that opens anything: the master key, every secret of the keyring, and every key derived of those. */
export async function secretsOf(folder: string): Promise<Secret[]> {
  const provider = keyInFile(join(folder, 'keys', 'master.key'))
  const database = new SqliteDatabase(join(folder, 'subject-keys.db'), { readonly: true })
  const rows = sqliteKeyring(database).rows()
  database.close()
  const ring = await Promise.all(
    rows.map(async row => ({
      name: `${row.purpose} ${row.generation}`,
      key: Buffer.from(await unwrapped(provider, row)),
    })),
  )
  const secrets = [{ name: 'the master key', key: Buffer.from(provider.bytes!()) }, ...ring]
  const uses = ['blind index', 'subject key', 'private part', 'master key check', 'keyring']
  const derived = secrets.flatMap(({ name, key }) =>
    uses.map(use => ({
      name: `${use} of ${name}`,
      key: createHmac('sha256', key).update(`assent ${use}\n${SITE}`).digest(),
    })),
  )
  return [...secrets, ...derived]
}

/** Whatever the keys of this folder still open of its sealed parts. */
export async function openedParts(folder: string): Promise<Place> {
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now, { readonly: true })
  try {
    const opened = Array.from({ length: ledger.store.log(SITE).size }, (_, index) =>
      openedPart(ledger, ledger.store.entry(SITE, index)!.entry, index),
    )
    return { name: 'opened', bytes: Buffer.from(JSON.stringify(opened.filter(part => part))) }
  } finally {
    await close()
  }
}

/** Everything that is to be destroyed of whom these lead to, byte for byte: sealed parts and messages, salts, wrapped keys, ties. */
export function rowsOf(folder: string, blinds: readonly Buffer[]): Buffer[] {
  const ledger = new SqliteDatabase(join(folder, 'ledger.db'), { readonly: true })
  const keys = new SqliteDatabase(join(folder, 'subject-keys.db'), { readonly: true })
  const address = ledger.prepare<[Buffer], { subject: string; tie: Buffer }>(
    'SELECT subject, tie FROM addresses WHERE blind = ?',
  )
  const parts = ledger.prepare<[string], { salt: Buffer; sealed: Buffer }>(
    'SELECT salt, sealed FROM private_parts WHERE subject = ?',
  )
  const messages = new SqliteDatabase(join(folder, 'messages.db'), { readonly: true })
  const sealedMessage = messages
    .prepare<[string], Buffer>('SELECT sealed FROM messages WHERE subject = ?')
    .pluck()
  const key = keys.prepare<[string], Buffer>('SELECT wrapped FROM subject_keys WHERE subject = ?').pluck()
  const found = blinds.flatMap(blind => {
    const { subject, tie } = address.get(blind)!
    return [
      tie,
      key.get(subject)!,
      ...sealedMessage.all(subject),
      ...parts.all(subject).flatMap(({ salt, sealed }) => [salt, sealed]),
    ]
  })
  ledger.close()
  keys.close()
  messages.close()
  return found
}

/** How many messages there are, or how many in one state. */
export function countMessages(folder: string, state?: string): number {
  const database = new SqliteDatabase(join(folder, 'messages.db'), { readonly: true })
  try {
    return database
      .prepare<[string | null, string | null], number>(
        'SELECT count(*) FROM messages WHERE ? IS NULL OR state = ?',
      )
      .pluck()
      .get(state ?? null, state ?? null)!
  } finally {
    database.close()
  }
}
