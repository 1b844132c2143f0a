import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { assent } from '../support/cli.ts'

const DEMO = join(import.meta.dirname, '../../demo/loom/site.json')
let folder: string
let data: string[]
/** Sections of the printed template, by name. */
let sections: Map<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-signals-'))
  data = ['--data', join(folder, 'data')]
  const loom = JSON.parse(readFileSync(DEMO, 'utf8')) as SiteConfiguration
  const plain = {
    ...loom,
    site: 'plain',
    logOrigin: 'consent.loom.test/plain',
    services: [],
    retention: [],
    purposes: loom.purposes.filter(({ gpc }) => gpc !== true),
    signals: { googleConsentMode: {} },
  }
  for (const site of [
    { ...loom, signals: { ...loom.signals, googleTag: { urlPassthrough: true } } },
    plain,
  ]) {
    const file = join(folder, `${site.site}.json`)
    writeFileSync(file, JSON.stringify(site))
    // oxlint-disable-next-line no-await-in-loop
    const { code, out } = await assent(['site', 'publish', file, ...data])
    if (code !== 0) throw new Error(out)
  }
  const { out } = await assent(['site', 'gtm-template', 'loom', ...data])
  const [, ...parts] = out.split(/^___([A-Z_]+)___$/m)
  sections = new Map(parts.flatMap((name, i) => (i % 2 === 0 ? [[name, parts[i + 1]!.trim()] as const] : [])))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

test('gpc.json says when what is served was published, and nothing else', async () => {
  const { code, out } = await assent(['site', 'gpc-json', 'loom', ...data])
  expect(code).toBe(0)
  const today = new Date().toISOString().slice(0, 10)
  expect(JSON.parse(out)).toEqual({ gpc: true, lastUpdate: today })
})

test('a site whose purposes the signal does not cover is not said to honour it', async () => {
  const { code, err } = await assent(['site', 'gpc-json', 'plain', ...data])
  expect(code).toBe(1)
  expect(err).toContain('No purpose of "plain" has "gpc": true')
})

test('a site that is not there is one sentence', async () => {
  for (const command of ['gpc-json', 'gtm-template']) {
    // oxlint-disable-next-line no-await-in-loop
    const { code, err } = await assent(['site', command, 'nowhere', ...data])
    expect(code).toBe(1)
    expect(err).toContain('There is no site "nowhere"')
  }
})

test('the Tag Manager template has every section of the format in its order, and its JSON reads', () => {
  expect([...sections.keys()]).toEqual([
    'TERMS_OF_SERVICE',
    'INFO',
    'TEMPLATE_PARAMETERS',
    'SANDBOXED_JS_FOR_WEB_TEMPLATE',
    'WEB_PERMISSIONS',
    'TESTS',
    'NOTES',
  ])
  expect(JSON.parse(sections.get('INFO')!)).toMatchObject({ type: 'TAG', containerContexts: ['WEB'] })
  const fields = JSON.parse(sections.get('TEMPLATE_PARAMETERS')!) as { name: string; defaultValue: unknown }[]
  const filled = Object.fromEntries(fields.map(({ name, defaultValue }) => [name, defaultValue]))
  expect(filled).toMatchObject({
    ad_storage: 'marketing',
    analytics_storage: 'analytics',
    url_passthrough: true,
    ads_data_redaction: false,
  })
})

interface Word {
  readonly string?: string
  readonly boolean?: boolean
  readonly listItem?: readonly Word[]
  readonly mapKey?: readonly Word[]
  readonly mapValue?: readonly Word[]
}
interface Permission {
  readonly instance: {
    readonly key: { readonly publicId: string }
    readonly param: readonly { readonly value: Word }[]
  }
}

/** `access_globals assent.onChange execute`, for each right that is given. */
function rights(): string[] {
  const permissions = JSON.parse(sections.get('WEB_PERMISSIONS')!) as Permission[]
  return permissions.flatMap(({ instance: { key, param } }) =>
    (param[0]!.value.listItem ?? []).flatMap(({ string, mapKey = [], mapValue = [] }) =>
      string === undefined
        ? mapValue.flatMap(({ boolean }, i) =>
            boolean ? [`${key.publicId} ${mapValue[0]!.string} ${mapKey[i]!.string}`] : [],
          )
        : [`${key.publicId} ${string}`],
    ),
  )
}

test('the template may do what it does and nothing else', () => {
  expect(rights().toSorted()).toEqual(
    [
      'access_globals assent.granted execute',
      'access_globals assent.onChange execute',
      ...CONSENT_MODE_SIGNALS.map(signal => `access_consent ${signal} write`),
      'write_data_layer ads_data_redaction',
      'write_data_layer url_passthrough',
    ].toSorted(),
  )
  const code = sections.get('SANDBOXED_JS_FOR_WEB_TEMPLATE')!
  const called = [...code.matchAll(/callInWindow\('([\w.]+)'/g)].map(([, name]) => name)
  expect(new Set(called)).toEqual(new Set(['assent.granted', 'assent.onChange']))
})

/** Runs the template's code with the interfaces it asks Tag Manager for, on a page with these purposes granted. */
function run(granted: Set<string> | undefined) {
  const calls: [name: string, ...rest: unknown[]][] = []
  let change = (): void => {}
  const note =
    (name: string) =>
    (...rest: unknown[]) =>
      void calls.push([name, ...(JSON.parse(JSON.stringify(rest)) as unknown[])])
  const interfaces: Record<string, unknown> = {
    JSON,
    callInWindow: (name: string, given: string | typeof change) => {
      if (!granted) return undefined
      if (name === 'assent.granted') return granted.has(String(given))
      change = given as typeof change
      return undefined
    },
    gtagSet: note('set'),
    setDefaultConsentState: note('default'),
    updateConsentState: note('update'),
  }
  const fields = JSON.parse(sections.get('TEMPLATE_PARAMETERS')!) as { name: string; defaultValue: unknown }[]
  const data = Object.fromEntries(fields.map(({ name, defaultValue }) => [name, defaultValue]))
  runInNewContext(sections.get('SANDBOXED_JS_FOR_WEB_TEMPLATE')!, {
    data: { ...data, gtmOnSuccess: note('success'), gtmOnFailure: note('failure') },
    require: (name: string) => interfaces[name],
  })
  return { calls, change: () => change() }
}

test('run in a container, it denies first, then tells each change once, and denied after the withdrawal', () => {
  const granted = new Set<string>()
  const { calls, change } = run(granted)
  expect(calls.map(([name]) => name)).toEqual(['set', 'default', 'success'])
  expect(calls[0]![1]).toEqual({ url_passthrough: true, ads_data_redaction: false })
  const { wait_for_update, ...signals } = calls[1]![1] as Record<string, unknown>
  expect(wait_for_update).toBe(500)
  expect(signals).toEqual(Object.fromEntries(CONSENT_MODE_SIGNALS.map(signal => [signal, 'denied'])))
  granted.add('analytics')
  change()
  change()
  granted.clear()
  change()
  const updates = calls.filter(([name]) => name === 'update').map(([, states]) => states)
  expect(updates).toMatchObject([
    { analytics_storage: 'granted', ad_storage: 'denied' },
    { analytics_storage: 'denied', ad_storage: 'denied' },
  ])
})

test('on a page of a returning visitor it updates at once, and without the snippet it fails with everything denied', () => {
  expect(run(new Set(['marketing'])).calls.map(([name]) => name)).toEqual([
    'set',
    'default',
    'update',
    'success',
  ])
  expect(run(undefined).calls.map(([name]) => name)).toEqual(['set', 'default', 'failure'])
})
