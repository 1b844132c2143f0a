import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partsOf } from '../../shared/domain/parts.ts'
import type { Service, SiteConfiguration } from '../../shared/domain/site.ts'
import { assent } from '../support/cli.ts'

const loom = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration
let folder: string
let data: string[]
let file: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-guard-'))
  file = join(folder, 'loom.json')
  data = ['--data', join(folder, 'data')]
})
afterAll(() => rmSync(folder, { recursive: true }))

const write = (changes: Partial<SiteConfiguration>): SiteConfiguration => {
  const site = { ...loom, ...changes }
  writeFileSync(file, JSON.stringify(site))
  return site
}
const publish = async (changes: Partial<SiteConfiguration>): Promise<string> => {
  write(changes)
  const { code, out, err } = await assent(['site', 'publish', file, ...data])
  if (code !== 0) throw new Error(out + err)
  return err
}
const AUTOMATIC = { gating: { automatic: true } } as const
const withHost = (id: string, host: string): readonly Service[] =>
  loom.services.map(each => (each.id === id ? { ...each, hosts: [...each.hosts, host] } : each))

test('the guard is printed alone, with its id and its hash beside it, and only where automatic mode is on', async () => {
  await publish({})
  const off = await assent(['site', 'guard', 'loom', ...data])
  expect([off.code, off.out]).toEqual([1, ''])
  expect(off.err).toContain('"gating": { "automatic": true }')
  expect(await publish(AUTOMATIC)).toContain('needs the guard')
  const { code, out, err } = await assent(['site', 'guard', 'loom', ...data])
  expect(code).toBe(0)
  const [, script = ''] = /^<script>([^<]*)<\/script>\s*$/.exec(out) ?? []
  expect(script).toContain('{"adrift.example":"marketing","nimbus.example":"-","tempo.example":"analytics"')
  expect(script).not.toMatch(/__\w+__|innerHTML\s*=[^=]|\beval\(/)
  const id = partsOf({ ...loom, ...AUTOMATIC }).automatic!.guard
  expect(script).toContain(`"${id}"`)
  expect(err).toContain(`guard ${id}`)
  const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`
  expect(err).toContain(hash)
  expect((await assent(['site', 'csp', file])).out).toContain(` ${hash} `)
  write({})
  expect((await assent(['site', 'csp', file])).out).not.toContain(hash)
})

test('publishing says when pages need a new guard, and not when they do not', async () => {
  await publish(AUTOMATIC)
  expect(await publish({ ...AUTOMATIC, retention: [] })).not.toContain('guard')
  const changed = await publish({ ...AUTOMATIC, services: withHost('tempo', 'more.tempo.example') })
  expect(changed).toMatch(/hosts, purposes or approvals that changed, and needs the guard 1-[0-9a-f]{8}/)
})

test('publishing names the hosts that automatic mode cannot hold, for something necessary needs them', async () => {
  const shared = await publish({ ...AUTOMATIC, services: withHost('assent', 'tempo.example') })
  expect(shared).toContain('something necessary needs tempo.example')
})
