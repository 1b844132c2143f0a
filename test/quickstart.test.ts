import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portsThatAreTaken } from '../demo/ports.ts'
import { workingCopy } from './support/working-copy.ts'

let copy: string
let base: number
let start: ChildProcess
let said = ''

beforeAll(async () => {
  copy = workingCopy('quickstart')
  base = await threeFreePorts()
  // A group of its own, so that what `npm` starts can be ended together with it.
  start = spawn('npm', ['start', '--', '--port-base', String(base)], { cwd: copy, detached: true })
  for (const stream of [start.stdout, start.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let tries = 0; !said.includes('Stop with Ctrl+C'); tries++) {
    if (start.exitCode !== null || tries > 1100) throw new Error(`npm start did not get there:\n${said}`)
    // oxlint-disable-next-line no-await-in-loop
    await wait(100)
  }
}, 120_000)

afterAll(async () => {
  const ended = new Promise(resolve => start.once('exit', resolve))
  if (start.exitCode === null) {
    process.kill(-start.pid!, 'SIGINT')
    await ended
  }
  rmSync(copy, { recursive: true, force: true })
})

async function threeFreePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    // oxlint-disable-next-line no-await-in-loop
    if ((await portsThatAreTaken([first, first + 1, first + 2])).length === 0) return first
  }
}

const blocks = (): string[] =>
  [...readFileSync(join(copy, 'README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) =>
    block!.trim(),
  )

test('the README’s first commands are the ones tried here', () => {
  expect(blocks().slice(0, 2)).toEqual(['npm ci && npm start', 'npm run assent -- verify'])
})

test('npm start prints the addresses, and each of them answers', async () => {
  for (const [port, text] of [
    [base, ''],
    [base + 1, 'Harborline'],
    [base + 2, 'Loomwork'],
  ] as const) {
    expect(said).toContain(`http://localhost:${port}`)
    // oxlint-disable-next-line no-await-in-loop
    const answer = await fetch(`http://127.0.0.1:${port}${text ? '/' : '/healthz'}`)
    expect(answer.status).toBe(200)
    // oxlint-disable-next-line no-await-in-loop
    expect(await answer.text()).toContain(text)
  }
  expect(said).toContain('npm run assent -- verify')
})

test('a decision made then is in the ledger, and verify says so', async () => {
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
  const answer = await fetch(`${server}/v1/sites/loom/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin: `http://localhost:${base + 2}` },
    body: JSON.stringify({ decisions: [decision] }),
  })
  expect(await answer.json()).toMatchObject({ entries: [{ id: decision.id, duplicate: false }] })
  // As npm start said: on other ports than its own it keeps a folder of its own.
  const command = /npm run assent -- (verify.*)/.exec(said)![1]!.trim().split(' ')
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'assent', '--', ...command], {
    cwd: copy,
  })
  expect(stdout).toContain(decision.id)
  expect(stdout).toContain('harbor')
})

test('a second start says which ports are taken, and how to choose others', async () => {
  const again = promisify(execFile)('npm', ['start', '--silent', '--', '--port-base', String(base)], {
    cwd: copy,
  })
  await expect(again).rejects.toMatchObject({
    stderr: expect.stringMatching(new RegExp(`Ports ${base}, .* taken .*--port-base`)) as string,
  })
})
