import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portsThatAreTaken } from '../../demo/ports.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let folder: string
let base: number
let demo: ChildProcess
let said = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-demo-'))
  do base = 20_000 + Math.floor(Math.random() * 20_000)
  while (
    // oxlint-disable-next-line no-await-in-loop
    (await portsThatAreTaken([base, base + 1])).length > 0
  )
  demo = spawn(process.execPath, [join(ROOT, 'demo/frameworks.ts'), 'react', String(base)], { cwd: folder })
  for (const stream of [demo.stdout, demo.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let tries = 0; !said.includes('Stop with Ctrl+C'); tries++) {
    if (demo.exitCode !== null || tries > 900) throw new Error(`the demo did not get there:\n${said}`)
    // oxlint-disable-next-line no-await-in-loop
    await wait(100)
  }
}, 100_000)
afterAll(async () => {
  const ended = new Promise(resolve => demo.once('exit', resolve))
  if (demo.exitCode === null) {
    demo.kill('SIGINT')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

test('the command in the README serves a page that was rendered on the server, with the snippet for the server beside it', async () => {
  const answer = await fetch(`http://127.0.0.1:${base + 1}/`)
  expect(answer.status).toBe(200)
  const [, nonce = ''] =
    /script-src 'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy')!) ?? []
  const page = await answer.text()
  expect(page).toContain('It waits for your yes.')
  expect(page).toContain(`<script nonce="${nonce}">`)
  expect(page).toContain(`http://localhost:${base}/s/loom/`)
  const loader = await fetch(`http://127.0.0.1:${base}/s/loom/assent.js`)
  expect(loader.status).toBe(200)
})

test('that server takes decisions from that page, and from no other', async () => {
  const server = `http://127.0.0.1:${base}`
  const view = await (await fetch(`${server}/s/loom/first.en.mjs`)).text()
  const shown = (name: string): string => new RegExp(`${name}="([^"]+)"`).exec(view)![1]!
  const decision = {
    id: '01900000-0000-7000-8000-000000000001',
    type: 'decision',
    decidedAt: Date.now(),
    configuration: shown('configuration'),
    text: shown('text'),
    language: 'en',
    method: 'banner',
    choices: { preferences: false, analytics: false, marketing: false },
  }
  const post = (port: number): Promise<Response> =>
    fetch(`${server}/v1/sites/loom/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: `http://localhost:${port}` },
      body: JSON.stringify({ decisions: [decision] }),
    })
  expect((await post(base + 2)).status).toBe(403)
  expect(await (await post(base + 1)).json()).toMatchObject({ entries: [{ id: decision.id }] })
})
