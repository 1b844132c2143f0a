import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SITE } from '../support/app.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { anOptIn } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'
import { selfSigned } from '../support/tls-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'assent-kill-'))
let data: DataFolder
let mail: MailServer

beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  mail = await startMailServer({ tls: 'none', certificate: selfSigned(folder), login: false })
  const email = { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'news@harbor.example' }
  writeFileSync(join(data.folder, 'keys', 'providers.json'), JSON.stringify({ [SITE]: { email } }), {
    mode: 0o600,
  })
})
afterAll(async () => {
  await mail.close()
  data.remove()
  rmSync(folder, { recursive: true })
})

const asked = (name: string) =>
  anOptIn({ program: 'research', channel: 'email', address: `${name}@mail.example`, decidedAt: Date.now() })

const messageIds = () => mail.mails.map(({ messageId }) => messageId!)
const states = () => {
  const database = new SqliteDatabase(join(data.folder, 'messages.db'), { readonly: true })
  try {
    return database.prepare<[], string>('SELECT state FROM messages').pluck().all()
  } finally {
    database.close()
  }
}

test('an opt-in whose server was killed right after its 2xx is asked for its confirmation by the next one', async () => {
  const first = await serve(data.folder)
  expect((await optInAt(first.url, asked('robin'))).status).toBe(200)
  await first.end('SIGKILL')
  expect(mail.mails).toEqual([])
  const next = await serve(data.folder)
  await vi.waitFor(() => expect(states()).toEqual(['sent']), { timeout: 10_000 })
  await wait(2_200)
  expect(mail.mails.map(({ envelope }) => envelope.to)).toEqual([['robin@mail.example']])
  await next.end()
}, 60_000)

test('killed at any moment, nobody is left out, and whoever is written to twice gets the very same message', async () => {
  const before = mail.mails.length
  const names = Array.from({ length: 24 }, (_, n) => `bird${n}`)
  let server: Served | undefined
  for (let n = 0; n < names.length; n += 3) {
    // oxlint-disable-next-line no-await-in-loop -- one life after the other
    server = await serve(data.folder)
    for (const name of names.slice(n, n + 3))
      // oxlint-disable-next-line no-await-in-loop -- as they come
      expect((await optInAt(server.url, asked(name))).status).toBe(200)
    // Some mails arrive without the server hearing of it.
    if (n % 2 === 0) mail.hangUp = 1
    // oxlint-disable-next-line no-await-in-loop -- around the moment at which it looks
    await wait(940 + n * 6)
    // oxlint-disable-next-line no-await-in-loop -- dead before the next one
    await server.end('SIGKILL')
  }
  mail.hangUp = 0
  // What was tried is tried again half a minute later: the clock of the rows is put back instead of waiting.
  const database = new SqliteDatabase(join(data.folder, 'messages.db'))
  database.prepare(`UPDATE messages SET due_at = 1 WHERE state = 'due'`).run()
  database.close()
  server = await serve(data.folder)
  await vi.waitFor(() => expect(states()).toEqual(Array(names.length + 1).fill('sent')), { timeout: 20_000 })
  await server.end()
  const arrived = mail.mails.slice(before)
  expect(new Set(arrived.map(({ envelope }) => envelope.to[0]))).toEqual(
    new Set(names.map(name => `${name}@mail.example`)),
  )
  // As many messages as people: a second copy has the id of the first.
  expect(new Set(messageIds().slice(before)).size).toBe(names.length)
  console.log(`messages: ${arrived.length} mails of ${names.length} messages over 8 kills`)
}, 120_000)
