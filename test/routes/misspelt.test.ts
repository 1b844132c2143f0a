import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestApp, SITE, type TestApp } from '../support/app.ts'
import { MAIL, marketingConfiguration, PROGRAMS, publishPrograms } from '../support/marketing.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger)
})
afterEach(() => app.remove())

const ask = async (path: string, query: Record<string, string>, more: RequestInit = {}) => {
  const key = app.key(path === 'changes' ? 'changes' : 'status')
  const asked = new URLSearchParams({ channel: 'email', ...query }).toString()
  const response = await app.request(`/v1/sites/${SITE}/${path}?${asked}`, {
    ...more,
    headers: { ...more.headers, Authorization: `Bearer ${key}` },
  })
  return { code: response.status, ...((await response.json()) as Record<string, unknown>) }
}
const status = (program: string, more: Record<string, string> = {}) =>
  ask('status', { address: MAIL, program, ...more })
const csv = { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: MAIL }

const NAMES = 'it has offers, research, adults, closed, mail-only.'

describe('a program the site never had is a slip of whoever asks, and no answer about a person', () => {
  const refused = {
    code: 400,
    type: 'urn:assent:problem:invalid-query',
    detail: `"${SITE}" has no program "ofers": ${NAMES}`,
  }

  test('of one address', async () => {
    expect(await status('ofers')).toMatchObject(refused)
    expect(await status('ofers', { asOf: new Date(app.ledger.now() - 1_000).toISOString() })).toMatchObject(
      refused,
    )
  })

  test('of a list, of what changed since, and of the headers of a message', async () => {
    expect(await ask('checks', { program: 'ofers' }, csv)).toMatchObject(refused)
    expect(await ask('changes', { program: 'ofers', after: '1' })).toMatchObject(refused)
    expect(await ask('unsubscribe-headers', { program: 'ofers', address: MAIL })).toMatchObject(refused)
    expect(await ask('checks', {}, csv)).toMatchObject({
      code: 400,
      detail: expect.stringContaining('Ask with program=…'),
    })
  })

  test('nobody without a key of the site learns what programs there are', async () => {
    const query = new URLSearchParams({ channel: 'email', address: MAIL, program: 'ofers' }).toString()
    const response = await app.request(`/v1/sites/${SITE}/status?${query}`)
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('research')
  })
})

test('a program the site had once is no slip: it is blocked now, and asked about as it was then', async () => {
  const before = new Date(app.ledger.now()).toISOString()
  app.ledger.advance(60_000)
  await publishPrograms(app.ledger, marketingConfiguration(PROGRAMS.filter(({ id }) => id !== 'offers')))
  app.ledger.advance(60_000)
  expect(await status('offers')).toMatchObject({ code: 200, decision: 'block', reason: 'purpose_mismatch' })
  expect(await status('offers', { asOf: before })).toMatchObject({ code: 200, reason: 'never_asked' })
})
