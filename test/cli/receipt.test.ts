import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assent } from '../support/cli.ts'
import { MAIL } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder } from '../support/serve.ts'
import { anOptIn } from '../support/marketing.ts'

const optIn = anOptIn({ channel: 'email', address: MAIL, decidedAt: Date.now() - 1_000 })
let data: DataFolder
beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  const server = await serve(data.folder)
  const answer = await optInAt(server.url, optIn)
  if (answer.status !== 200) throw new Error(await answer.text())
  await server.end()
})
afterAll(() => data.remove())

const receipt = (id: string, ...args: string[]) =>
  assent(['receipt', 'harbor', id, '--data', data.folder, ...args])

test('an owner can show that an address agreed, and to which words', async () => {
  const file = join(data.folder, 'receipt.json')
  expect(await receipt(optIn.id, '--out', file)).toMatchObject({ code: 0 })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const { code, out } = await assent(['verify', file])
  expect(code).toBe(0)
  expect(out).toContain('an opt-in to messages')
  expect(await receipt(optIn.id, '--out', file)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is there already'),
  })
  const printed = JSON.parse((await receipt(optIn.id)).out) as { evidence: { private: { fields: object } } }
  expect(printed.evidence.private.fields).toMatchObject({ address: MAIL })
})

test('a number that is none says where numbers are', async () => {
  expect(await receipt('01980c3e-5a70-7000-8000-2d1f0c9a7b11')).toMatchObject({
    code: 1,
    err: expect.stringContaining('"assent history" names them'),
  })
})
