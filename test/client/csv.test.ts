import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, type Client } from '../../shared/client/client.ts'
import { withoutSummary } from '../../shared/client/summary-behind.ts'
import { SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { anOptIn, PHONE } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'

let data: DataFolder
let server: Served
let client: Client
let key: string
beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  server = await serve(data.folder)
  const { out } = await assent(['key', 'new', '--site', SITE, '--scope', 'status', '--data', data.folder])
  key = out.trim()
  client = createClient({ url: server.url, site: SITE, key })
  await optInAt(server.url, anOptIn())
})
afterAll(async () => {
  await server?.end()
  data?.remove()
})

const QUESTION = { channel: 'sms', program: 'offers' } as const
const ROWS = 60_000

async function* manyRows(rows = ROWS): AsyncGenerator<string> {
  yield 'name,phone\n'
  for (let n = 0; n < rows; n += 1_000) {
    const lines = Array.from(
      { length: Math.min(1_000, rows - n) },
      (_, m) => `Row ${n + m},+1202555${String((n + m) % 10_000).padStart(4, '0')}`,
    )
    yield `${lines.join('\n')}\n`
  }
}

test('a list is answered while it is sent: rows out are rows in, and the summary adds up', async () => {
  const { body, summary } = await client.checkCsv(manyRows(), QUESTION)
  let [lines, last] = [0, '']
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    lines += piece.split('\n').length - 1
    last = (last + piece).slice(-200)
  }
  const { rows, decisions, duplicates } = await summary
  expect(lines).toBe(ROWS + 1)
  expect(last).toMatch(/Row 59999,"\+12025559999"\n$/)
  expect({ rows, duplicates }).toEqual({ rows: ROWS, duplicates: ROWS - 10_000 })
  expect(decisions.send + decisions.hold + decisions.block).toBe(ROWS)
})

test.each<[string, () => Parameters<Client['checkCsv']>[0]]>([
  ['text', () => `phone\n${PHONE}\n`],
  ['bytes', () => new TextEncoder().encode(`phone\n${PHONE}\n`)],
  ['a Blob', () => new Blob([`phone\n${PHONE}\n`])],
  ['a stream', () => new Blob([`phone\n${PHONE}\n`]).stream()],
  [
    'pieces',
    () =>
      (async function* () {
        yield 'pho'
        yield `ne\n${PHONE}\n`
      })(),
  ],
])('a list may come as %s', async (_, list) => {
  const { body, summary } = await client.checkCsv(list(), { ...QUESTION, mode: 'filter' })
  expect(await new Response(body).text()).toBe(`phone\n"${PHONE}"\n`)
  expect((await summary).decisions.send).toBe(1)
})

test('the rows of a program that does not ask for it end as they always did', async () => {
  const ask = (summary: string) =>
    fetch(`${server.url}/v1/sites/${SITE}/checks?channel=sms&program=offers&mode=filter${summary}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'text/csv' },
      body: `phone\n${PHONE}\n`,
    })
  const rows = `phone\n"${PHONE}"\n`
  expect(await (await ask('')).text()).toBe(rows)
  const behind = await (await ask('&summary=behind')).text()
  expect(behind.split('\u001e')).toEqual([rows, expect.stringMatching(/^\{"rows":1,.*\}\n$/)])
  expect((await ask('&summary=before')).status).toBe(400)
})

test('a cell that holds the separator is a cell, wherever it stands', async () => {
  const list = `phone,note,more\n${PHONE},a\u001eb,\u001e{"rows":7}\n`
  const { body, summary } = await client.checkCsv(list, { ...QUESTION, mode: 'filter' })
  expect(await new Response(body).text()).toBe(
    list.replaceAll(PHONE, `"${PHONE}"`).replace('\u001e{"rows":7}', '"\u001e{""rows"":7}"'),
  )
  expect((await summary).rows).toBe(1)
})

test('a list that breaks off has rows and no summary', async () => {
  let breakOff = (): void => {}
  const begun = new Promise<void>(done => (breakOff = done))
  const broken = async function* (rows: number) {
    yield* manyRows(rows)
    if (rows > 0) await begun
    throw new Error('the disk is gone')
  }
  const { body, summary } = await client.checkCsv(broken(3_000), QUESTION)
  const reader = body.getReader()
  expect((await reader.read()).value!.length).toBeGreaterThan(50)
  breakOff()
  const toTheEnd = async () => {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    while (!(await reader.read()).done);
  }
  await expect(toTheEnd()).rejects.toMatchObject({ slug: 'unreachable' })
  await expect(summary).rejects.toMatchObject({ slug: 'unreachable', isTemporary: true })
  // Before the first row was answered, nothing began that could break off.
  await expect(client.checkCsv(broken(0), QUESTION)).rejects.toHaveProperty(
    'cause.cause.message',
    'the disk is gone',
  )
})

test('an answer cut off between two rows is no whole one, although its bytes end well', async () => {
  const cut = new Blob(['phone\n"+12025550123"\n']).stream()
  const { body, summary } = withoutSummary(cut)
  await expect(new Response(body).text()).rejects.toMatchObject({ slug: 'unreachable' })
  await expect(summary).rejects.toMatchObject({ slug: 'unreachable' })
})

test('whoever stops reading has no summary, and nothing goes unheard', async () => {
  const { body, summary } = await client.checkCsv(manyRows(), QUESTION)
  await body.cancel()
  await expect(summary).rejects.toMatchObject({ slug: 'unreachable' })
})

test('a list that is refused is refused with the reason, however long it is', async () => {
  const stranger = createClient({ url: server.url, site: SITE, key: 'assent_harbor_no_key' })
  await expect(stranger.checkCsv(manyRows(), QUESTION)).rejects.toMatchObject({
    slug: 'key-unknown',
    status: 401,
  })
  await expect(client.checkCsv('a,b\n1,2\n', { ...QUESTION, column: 'c' })).rejects.toMatchObject({
    slug: 'not-a-batch',
  })
})
