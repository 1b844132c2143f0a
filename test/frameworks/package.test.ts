import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXAMPLES } from '../../demo/example.ts'
import { snippetFor } from '../../server/cli/snippet.ts'
import { runCommand } from '../support/run-command.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)
const out = async (...of: Parameters<typeof run>): Promise<string> =>
  run(...of).then(
    ({ stdout }) => stdout.toString(),
    (fault: { stdout: string; stderr: string }) => fault.stdout + fault.stderr,
  )

/** An owner's program that has installed the packed package and the frameworks. */
let program: string
beforeAll(async () => {
  const built = await runCommand('node', ['.ci/build.ts', '--if-stale'], {
    folder: ROOT,
    show: false,
    minutes: 2,
  })
  if (!built.passed) throw new Error(built.output)
  program = mkdtempSync(join(tmpdir(), 'assent-frameworks-'))
  const modules = join(program, 'node_modules')
  mkdirSync(join(modules, 'assent'), { recursive: true })
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', program]
  const { stdout } = await run('npm', pack, { cwd: ROOT })
  await run('tar', [
    '-xzf',
    join(program, stdout.trim()),
    '-C',
    join(modules, 'assent'),
    '--strip-components=1',
  ])
  for (const name of ['react', 'react-dom', 'vue', '@vue', '@types', 'csstype'])
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  for (const name of EXAMPLES) cpSync(join(ROOT, 'demo', name), join(program, name), { recursive: true })
  writeFileSync(join(program, 'package.json'), '{"type":"module"}')
}, 120_000)
afterAll(() => rmSync(program, { recursive: true, force: true }))

const tsc = (...parameters: string[]): Promise<string> =>
  out(join(ROOT, 'node_modules/.bin/tsc'), parameters, { cwd: program })
const node = (code: string): Promise<string> =>
  out(process.execPath, ['--input-type=module', '-e', code], { cwd: program })

test.each(EXAMPLES)(
  'the types of the packed package hold in the example of %s',
  { timeout: 60_000 },
  async name => {
    expect(await tsc('-p', name)).toBe('')
  },
)

const TYPED = `import { assent, ConsentGate, useConsent, type Consent } from 'assent/react'
import { ConsentGate as VueGate, useConsent as useInVue } from 'assent/vue'
import { ConsentGate as Gate } from 'assent/element'
import { snippetScript } from 'assent/snippet'
import { createElement } from 'react'
import { h, type Ref } from 'vue'
export const consent: Consent = useConsent('analytics')
export const inVue: Readonly<Ref<boolean>> = useInVue(() => 'analytics').granted
export const text: string = snippetScript({ site: 'shop', server: 'https://consent.example' })
export const made = [createElement(ConsentGate, { purpose: 'marketing' }), h(VueGate, { purpose: 'marketing' })]
const gate = document.querySelector('consent-gate')!
export const isOpen: boolean = gate.isOpen && gate instanceof Gate
assent.open('settings')
// @ts-expect-error -- a gate without a purpose
createElement(ConsentGate, {})
// @ts-expect-error -- no such view
assent.open('setings')
// @ts-expect-error -- no such property
gate.isOpened
`

test.each([
  ['Node', ['--module', 'nodenext']],
  ['bundlers', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('its types are found the way of %s, and refuse what is wrong', { timeout: 60_000 }, async (_, how) => {
  writeFileSync(join(program, 'typed.ts'), TYPED)
  const settings = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
  expect(await tsc(...settings, ...how, 'typed.ts')).toBe('')
})

test('each can be imported on a server, where there is no page: nothing is granted, and nothing throws', async () => {
  const entries = ['react', 'vue', 'element'].map(
    name => `{ const { assent } = await import('assent/${name}')
    assent.open(); assent.withdraw(); assent.decide({ analytics: true })
    console.log('${name}', assent.granted('analytics')) }`,
  )
  expect(await node(entries.join('\n'))).toBe('react false\nvue false\nelement false\n')
})

test('servers that render components of their own know the one for React as one of the browser', () => {
  const built = readFileSync(join(program, 'node_modules/assent/dist/widget/frameworks/react.js'), 'utf8')
  expect(built).toMatch(/^'use client'/)
})

test('an owner of one framework needs no other', async () => {
  for (const [entry, packages] of Object.entries({
    react: ['react'],
    vue: ['vue'],
    element: [],
    snippet: [],
  })) {
    const seen = new Set<string>()
    const follow = (file: string): string[] => {
      if (seen.has(file)) return []
      seen.add(file)
      const text = readFileSync(join(program, 'node_modules/assent/dist/widget/frameworks', file), 'utf8')
      return [...text.matchAll(/from '([^']+)'/g)].flatMap(([, from]) =>
        from!.startsWith('./') ? follow(from!) : [from!],
      )
    }
    expect(follow(`${entry}.js`)).toEqual(packages)
  }
})

test('the snippet it makes is the one that the command prints, byte for byte', async () => {
  const made = await node(`import { snippetScript } from 'assent/snippet'
    process.stdout.write(snippetScript({ site: 'shop', server: 'https://consent.example:8443' }))`)
  expect(`<script>${made}</script>`).toBe(snippetFor('shop', 'https://consent.example:8443'))
  expect(made.length).toBeGreaterThan(1000)
})

test.each([
  ["shop'+alert(1)+'", 'https://consent.example', 'is no site key'],
  ['shop', 'https://consent.example/', 'without a path'],
  ['shop', 'https://consent.example`+alert(1)+`', 'without a path'],
  ['shop', 'javascript:alert(1)', 'without a path'],
])('what would end up as code in the page is refused: %s at %s', async (site, server, words) => {
  const given = JSON.stringify({ site, server })
  const said = await node(`import { snippetScript } from 'assent/snippet'
    try { snippetScript(${given}); console.log('taken') } catch (error) { console.log(error.message) }`)
  expect(said).toContain(words)
})
