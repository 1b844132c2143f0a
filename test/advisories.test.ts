import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { advisoryFindings, installed, type Advisory, type LockFile } from './support/advisories.ts'
import { isInRange } from './support/semver.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const lock = read('package-lock.json') as LockFile
const advisories = read('test/fixtures/advisories.json') as Advisory[]
const npm = (...parameters: string[]) =>
  promisify(execFile)('npm', parameters, { cwd: ROOT, maxBuffer: 64e6, timeout: 15_000 })

test('no installed package is one that the kept advisories warn of', () => {
  expect(installed(lock).length).toBeGreaterThan(50)
  expect(advisoryFindings(lock, advisories)).toEqual([])
})

test('a planted critical finding is found, as a direct dependency, a nested copy and under another name', () => {
  const planted = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/vitest': { version: '4.0.7' },
      'node_modules/a/node_modules/hono': { version: '4.6.4' },
      'node_modules/renamed': { name: '@hono/node-server', version: '1.19.14' },
      'node_modules/hono': { version: '4.6.5' },
    },
  }
  expect(advisoryFindings(planted, advisories)).toEqual([
    expect.stringMatching(/^critical vitest@4\.0\.7: GHSA-5xrq-8626-4rwp/),
    expect.stringMatching(/^medium hono@4\.6\.4: GHSA-2234-fmw7-43wr/),
    expect.stringMatching(/^medium @hono\/node-server@1\.19\.14: GHSA-frvp-7c67-39w9/),
  ])
})

test.each([
  ['1.2.3', '< 1.2.3', false],
  ['1.2.2', '< 1.2.3', true],
  ['1.10.0', '> 1.9.9', true],
  ['2.1.8', '>= 2.0.0, < 2.1.9', true],
  ['1.9.0', '>= 2.0.0, < 2.1.9', false],
  ['4.0.0', '< 3.2.6 || >= 4.0.0, < 4.1.0', true],
  ['1.2.3-beta.2', '< 1.2.3', true],
  ['1.2.3-beta.10', '> 1.2.3-beta.9', true],
  ['1.2.3-beta', '< 1.2.3-beta.1', true],
  ['1.2.3-1', '< 1.2.3-alpha', true],
  ['1.2.3', '= 1.2.3', true],
])('%s in "%s": %s', (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected)
})

test.each(['^1.2.0', '1.x', '', '< 1.2'])(
  'a range that is not understood is an error, not harmless: "%s"',
  range => {
    expect(() => isInRange('1.2.3', range)).toThrow(/couldn't read/)
  },
)

test('a list of everything that is shipped is written to dist/sbom.cdx.json, and lists the lock file', async () => {
  const { stdout } = await npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only')
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  writeFileSync(join(ROOT, 'dist', 'sbom.cdx.json'), stdout)
  const sbom = read('dist/sbom.cdx.json') as {
    bomFormat: string
    components: { name: string; version: string }[]
  }
  expect(sbom.bomFormat).toBe('CycloneDX')
  const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`))
  const shipped = Object.keys((read('package.json') as { dependencies: object }).dependencies)
  for (const name of shipped) {
    const { version } = installed(lock).find(each => each.name === name)!
    expect([...listed]).toContain(`${name}@${version}`)
  }
})

test('OPTIONAL: the live audit is shown when the registry answers, and says so when it does not', async () => {
  expect(liveAudit('not even JSON')).toBe('live audit (optional): COULD NOT RUN, the registry gave no audit')
  expect(liveAudit('{"statusCode":405}')).toMatch(/COULD NOT RUN/)
  expect(liveAudit('{"metadata":{"vulnerabilities":{"critical":1}}}')).toBe(
    'live audit (optional): {"critical":1}',
  )
  const answer = await npm('audit', '--json', '--fetch-timeout=5000', '--fetch-retries=0').then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  )
  // Whatever the registry says today does not decide over this build; the kept advisories above do.
  console.log(liveAudit(answer))
})

function liveAudit(answer: string): string {
  const counts = parsed(answer)?.metadata?.vulnerabilities
  return `live audit (optional): ${counts ? JSON.stringify(counts) : 'COULD NOT RUN, the registry gave no audit'}`
}

function parsed(answer: string): { metadata?: { vulnerabilities?: unknown } } | undefined {
  try {
    return JSON.parse(answer) as { metadata?: { vulnerabilities?: unknown } }
  } catch {
    // Not JSON: npm could not even ask.
    return undefined
  }
}
