import { connect } from 'node:net'
import { expect } from 'vitest'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { SITE } from './app.ts'
import { assent } from './cli.ts'
import { formsOf, type AddressForm } from './forms-of.ts'
import type { Secret } from './byte-search.ts'
import { anOptIn } from './marketing.ts'
import { optInAt } from './serve.ts'

/** Who is to be erased, as typed in several ways, and normalised. Invented, as every number with 555. */
export const PHONE = ['(202) 555-0147', '+12025550147', '2025550147', '1 202 555 0147']
export const MAIL = ['Robin.Wren@Mail.example', 'Robin.Wren@mail.example']

/** Three opt-ins of each of the two. */
export async function theyOptIn(url: string): Promise<void> {
  const decidedAt = Date.now()
  const optIns = [{}, { program: 'research' }, { program: 'adults', ofAge: true as const }].flatMap(of => [
    anOptIn({ address: PHONE[0]!, decidedAt, ...of }),
    anOptIn({ address: MAIL[0]!, channel: 'email', decidedAt, ...of }),
  ])
  expect((await optInAt(url, ...optIns)).status).toBe(200)
}

/** As many others; answers the numbers of their opt-ins. */
export async function othersOptIn(url: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 10) {
    const batch = Array.from({ length: 10 }, (_, i) =>
      anOptIn({
        ...(i % 2 === 0
          ? { channel: 'sms', address: `+1202555${String(1_000 + n + i)}` }
          : { channel: 'email', address: `bird${n + i}@mail.example` }),
        decidedAt: Date.now(),
      }),
    )
    ids.push(...batch.map(optIn => optIn.id))
    // oxlint-disable-next-line no-await-in-loop -- one commit after the other
    expect((await optInAt(url, ...batch)).status).toBe(200)
  }
  return ids
}

export const formsOfBoth = (secrets: readonly Secret[]): AddressForm[] => [
  ...formsOf('sms', PHONE, secrets),
  ...formsOf('email', MAIL, secrets),
]

/** Where the two are in the blind index. */
export function blindsOfBoth(secrets: readonly Secret[]): Buffer[] {
  const index = openBlindIndex(secrets.find(({ name }) => name === 'blind-index 1')!.key)
  return [index.blindOf(SITE, 'sms', PHONE[1]!), index.blindOf(SITE, 'email', MAIL[1]!)]
}

/** The forms that stay, without how they are written. */
export const SUPPRESSED = [PHONE[1], MAIL[0]!.toLowerCase()].map(
  address => `hmac of ${address} under blind index of blind-index 1`,
)

export async function statusAt(
  url: string,
  data: string,
  address: string,
  channel: 'email' | 'sms',
): Promise<{ decision: string; reason: string }> {
  const { out } = await assent(['key', 'new', '--site', SITE, '--scope', 'status', '--data', data])
  const query = new URLSearchParams({ channel, address, program: 'offers' })
  const answer = await fetch(`${url}/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${out.trim()}` },
  })
  return (await answer.json()) as { decision: string; reason: string }
}

/** Requests that fail in every way one can think of, with an address in them. */
export async function provokeFaults(url: string): Promise<void> {
  const { port } = new URL(url)
  const path = `/v1/sites/${SITE}/status?channel=email&program=offers&address=${encodeURIComponent(MAIL[1]!)}`
  for (const text of [
    `GET ${path} HTTP/1.1\r\nHost: ${MAIL[1]}\r\n\r\n`,
    `GET http://[${MAIL[1]}${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET //${MAIL[1]}:99999${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET ${path}\u00FF HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /s/${SITE}/opt-out.%E0%A4%A${MAIL[1]} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `POST /v1/sites/${SITE}/opt-ins HTTP/1.1\r\nHost: localhost\r\nOrigin: https://${MAIL[1]}\r\nContent-Length: 2\r\n\r\n{}`,
  ])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await new Promise<void>(done => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(text))
      socket
        .on('data', () => {})
        .on('close', () => done())
        .on('error', () => done())
    })
  await optInAt(url, anOptIn({ address: `${PHONE[0]} x` }), anOptIn({ address: MAIL[0]!, channel: 'sms' }))
  const broken = await fetch(`${url}/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: 'https://www.harbor.example' },
    body: `{"optIns":[{"address":"${PHONE[1]}","email":${MAIL[1]}`,
  })
  expect(broken.status).toBe(400)
}
