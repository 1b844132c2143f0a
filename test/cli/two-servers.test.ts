import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assentProcess } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
beforeEach(async () => {
  data = await aDataFolder()
})
afterEach(() => data.remove())

const second = () => assentProcess(['serve', '--data', data.folder, '--port', '0'])

test('a second server on a data folder is refused, and told which process has it; the first goes on', async () => {
  const first = await serve(data.folder)
  const { code, err, out } = await second()
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain(
    `Another assent serve (process ${first.child.pid}) runs on ${data.folder}: stop it first`,
  )
  expect(err.trim().split('\n')).toHaveLength(1)
  const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() - 10 })] })
  expect((await postTo(first.url, body)).status).toBe(200)
  await first.end()
  const next = await serve(data.folder)
  expect(await next.end()).toBe(0)
})

test('one that was killed is in nobody’s way', async () => {
  const first = await serve(data.folder)
  await first.end('SIGKILL')
  const next = await serve(data.folder)
  expect(await next.end()).toBe(0)
})

test('commands that append work beside it', async () => {
  const server = await serve(data.folder)
  const file = join(data.folder, 'site.json')
  const demo = join(import.meta.dirname, '../../demo/harbor/site.json')
  const site = JSON.parse(readFileSync(demo, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify({ ...site, logOrigin: `log.test/${SITE}` }))
  for (const args of [
    ['site', 'publish', file],
    ['site', 'rollback', SITE],
    ['key', 'new', '--site', SITE, '--scope', 'status'],
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { code } = await assentProcess([...args, '--data', data.folder])
    expect([args[1], code]).toEqual([args[1], 0])
  }
  await server.end()
})
