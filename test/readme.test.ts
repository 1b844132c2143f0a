import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firstSite } from '../server/inventory/first-site.ts'
import { WITNESSED } from '../shared/domain/witnessed.ts'
import { assent } from './support/cli.ts'

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

test('what holds with and without a witness is said there in the words people read elsewhere', () => {
  const text = README.replaceAll(/\s+/g, ' ')
  for (const sentence of Object.values(WITNESSED)) expect(text).toContain(sentence)
})

/** Whole JSON objects of one section. */
function examplesIn(title: string): unknown[] {
  const [, section = ''] = new RegExp(`^## ${title}.*\\n([^]*?)^## `, 'm').exec(README) ?? []
  return [...section.matchAll(/^```json\n(\{[^]*?)^```/gm)].map(([, text]) => JSON.parse(text!) as unknown)
}

test('the service, the purpose and the program shown fit into a new site as they are', async () => {
  const site = firstSite({
    site: 'harbor',
    name: 'Harbour Ltd',
    address: '1 Quay, Leeds',
    country: 'GB',
    email: 'privacy@harbor.example',
    website: 'https://www.harbor.example',
    server: 'https://consent.example',
    languages: ['en'],
    analytics: true,
    marketing: false,
    channels: [],
    perMonth: 0,
    today: '2026-11-22',
  })
  const [service] = examplesIn('Your site')
  const [purpose, program] = examplesIn('Messages')
  expect([service, purpose, program]).toMatchObject([
    { cookies: [{}] },
    { kind: 'messages' },
    { disclosures: [{ channel: 'sms' }] },
  ])
  const folder = mkdtempSync(join(tmpdir(), 'assent-readme-'))
  const check = async (changes: object) => {
    writeFileSync(join(folder, 'site.json'), JSON.stringify({ ...site, ...changes }))
    return JSON.parse((await assent(['site', 'check', join(folder, 'site.json'), '--json'])).out) as unknown
  }
  try {
    const services = [...site.services, service]
    const purposes = [...site.purposes, purpose]
    expect(await check({ services, purposes, programs: [program] })).toEqual({ ok: true, faults: [] })
    expect(await check({ services, programs: [program] })).toMatchObject({ ok: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
