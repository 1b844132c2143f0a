import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { layoutFaults } from './support/layout-faults.ts'
import { TOP_LEVEL } from './support/layout.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['widget', 'server', 'shared', 'demo', 'test']
const IGNORED = /^(\.git|node_modules|dist.*|data.*|witness|.*\.(log|tgz))$/

function realTree(): Map<string, string> {
  const files = FOLDERS.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name)),
  )
  const shown = (file: string): string => file.slice(ROOT.length + 1)
  return new Map(files.map(file => [shown(file), /\.tsx?$/.test(file) ? readFileSync(file, 'utf8') : '']))
}

const tree = (...files: [path: string, code: string][]): Map<string, string> => new Map(files)

test('the real tree keeps the directions, and is not empty', () => {
  const real = realTree()
  expect([...real.keys()].filter(path => path.startsWith('server/')).length).toBeGreaterThan(20)
  expect(layoutFaults(real)).toEqual([])
})

test('nothing stands at the top but what was agreed', () => {
  const found = readdirSync(ROOT).filter(name => !IGNORED.test(name))
  expect(found.filter(name => !TOP_LEVEL.includes(name))).toEqual([])
})

test('what is allowed is not reported', () => {
  const allowed = tree(
    ['shared/domain/a.ts', `export const a = 1 // process.env is not read here`],
    [
      'shared/schemas/b.ts',
      `import * as z from 'zod'\nimport { a } from '../domain/a.ts'\nexport const b = z.literal(a)`,
    ],
    ['widget/consent/handle.ts', `export interface Handle { readonly a: 1 }`],
    [
      'widget/ui/c.tsx',
      `import { h } from 'preact'\nimport type { Handle } from '../consent/handle.ts'\nexport const c = (a: Handle) => h('p', a)`,
    ],
    ['server/ledger/store.ts', `export interface Store { readonly a: 1 }`],
    [
      'server/storage/sqlite/ledger.ts',
      `import Database from 'better-sqlite3'\nimport type { Store } from '../../ledger/store.ts'\nexport const open = (): Store => new Database('') as never`,
    ],
    ['server/config.ts', `export const port = process.env.PORT`],
    ['demo/server.ts', `import { createServer } from 'node:http'\nexport const start = createServer`],
  )
  expect(layoutFaults(allowed)).toEqual([])
})

test.each<[what: string, path: string, code: string, fault: string]>([
  [
    'the server reaching into the widget',
    'server/app.ts',
    `import { a } from '../widget/consent/state.ts'`,
    'must not import widget/consent/state.ts at run time',
  ],
  [
    'the loader with a library',
    'widget/consent/state.ts',
    `import { signal } from '@preact/signals'`,
    'must not use the package @preact/signals',
  ],
  [
    'the interface with a second copy of the state',
    'widget/ui/banner.tsx',
    `import { granted } from '../consent/state.ts'`,
    'must not import widget/consent/state.ts at run time',
  ],
  [
    'the interface with a schema',
    'widget/ui/form.tsx',
    `import * as z from 'zod'`,
    'must not use the package zod',
  ],
  [
    'consent knowing the gates',
    'widget/consent/decide.ts',
    `import { open } from '../gates/elements.ts'`,
    'must not import widget/gates/elements.ts at run time',
  ],
  [
    'the domain using Node',
    'shared/domain/site.ts',
    `import { createHash } from 'node:crypto'`,
    'must not use node:crypto',
  ],
  [
    'the domain with a schema',
    'shared/domain/site.ts',
    `export * from '../schemas/site.ts'; export const a = 1`,
    'must not import shared/schemas/site.ts at run time',
  ],
  [
    'subjects knowing the ledger',
    'server/subjects/keys.ts',
    `import { append } from '../ledger/append.ts'`,
    'must not import server/ledger/append.ts at run time',
  ],
  [
    'the ledger knowing its storage',
    'server/ledger/append.ts',
    `import { open } from '../storage/sqlite/ledger.ts'`,
    'must not import server/storage/sqlite/ledger.ts at run time',
  ],
  [
    'the ledger taking even a type from its storage',
    'server/ledger/append.ts',
    `import type { A } from '../storage/sqlite/ledger.ts'`,
    'must not take types from server/storage/sqlite/ledger.ts',
  ],
  [
    'storage running the code of a port',
    'server/storage/sqlite/ledger.ts',
    `import { append } from '../../ledger/append.ts'`,
    'must not import server/ledger/append.ts at run time',
  ],
  [
    'a capability knowing another',
    'server/marketing/status.ts',
    `import { publish } from '../notices/publish.ts'`,
    'must not import server/notices/publish.ts at run time',
  ],
  [
    'a route knowing storage',
    'server/routes/decisions.ts',
    `import { open } from '../storage/open.ts'`,
    'must not import server/storage/open.ts at run time',
  ],
  [
    'the ledger with a package',
    'server/ledger/tree.ts',
    `import { z } from 'zod/mini'`,
    'must not use the package zod',
  ],
  [
    'the demo with a package',
    'demo/server.ts',
    `import { Hono } from 'hono'`,
    'must not use the package hono',
  ],
  [
    'the demo knowing the server',
    'demo/server.ts',
    `const a = await import('../server/main.ts'); export { a }`,
    'must not import server/main.ts at run time',
  ],
  [
    'a bare import for its effect',
    'server/app.ts',
    `import '../widget/loader.ts'`,
    'must not import widget/loader.ts at run time',
  ],
  [
    'a type written so that the module loads',
    'widget/ui/a.tsx',
    `import { type Handle } from '../consent/handle.ts'`,
    'write `import type`',
  ],
  [
    'a run-time name beside a type',
    'widget/ui/a.tsx',
    `import { type Handle, granted } from '../consent/handle.ts'`,
    'must not import widget/consent/handle.ts at run time',
  ],
  [
    'an address nobody can follow',
    'server/app.ts',
    `export const load = (a: string) => import(a)`,
    'imports the computed address a',
  ],
  [
    'the environment read elsewhere',
    'server/ledger/a.ts',
    `export const a = process.env['HOME']`,
    'reads the environment',
  ],
  [
    'the environment imported',
    'server/ledger/a.ts',
    `import { env } from 'node:process'; export const a = env`,
    'reads the environment',
  ],
  [
    'a file that re-exports others',
    'server/ledger/all.ts',
    `export * from './append.ts'; export { a } from './store.ts'`,
    'is a barrel',
  ],
  ['an index file', 'server/ledger/index.ts', `export const a = 1`, 'is a barrel'],
  ['a default export', 'server/ledger/a.ts', `export default 1`, 'exports a default'],
  ['a folder that says nothing', 'server/utils/a.ts', `export const a = 1`, '"utils" names nothing'],
  [
    'a file that says nothing',
    'server/ledger/entry-helpers.ts',
    `export const a = 1`,
    '"entry-helpers.ts" names nothing',
  ],
  ['a file without a place', 'server/magic/a.ts', `export const a = 1`, 'belongs to no area'],
])('found: %s', (_what, path, code, fault) => {
  expect(layoutFaults(tree([path, code])).join('\n')).toContain(fault)
})

test('found: a circle of imports, but not a circle of types', () => {
  const circle = (kind: string) =>
    layoutFaults(
      tree(
        ['server/ledger/a.ts', `import { b } from './b.ts'\nexport const a = () => b`],
        ['server/ledger/b.ts', `import ${kind} { a } from './a.ts'\nexport const b = {} as typeof a`],
      ),
    )
  expect(circle('')).toEqual(['server/ledger/a.ts → server/ledger/b.ts → server/ledger/a.ts: is a circle'])
  expect(circle('type')).toEqual([])
})
