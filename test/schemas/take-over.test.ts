import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'

const loom = JSON.parse(
  readFileSync(new URL('../../demo/loom/site.json', import.meta.url), 'utf8'),
) as SiteConfiguration

const GOOD = { tool: 'klaro', switchedOn: '2026-12-01', map: { matomo: 'analytics' } }
function faultsOf(changes: object, without?: string): string[] {
  const takeOver = Object.fromEntries(
    Object.entries({ ...GOOD, ...changes }).filter(([name]) => name !== without),
  )
  const check = checkSiteConfiguration({ ...loom, choice: { ...loom.choice, takeOver } })
  return check.ok ? [] : check.faults.map(({ path, message }) => `${path} ${message}`)
}

test('taking over the choices of another tool is no fault', () => {
  expect(faultsOf({ name: 'shop-consent', revision: 2, removeOld: true })).toEqual([])
})

test.each<[what: string, changes: object, without: string | undefined, fault: string]>([
  ['a tool nobody can read', { tool: 'osano' }, undefined, 'choice.takeOver.tool must be one of'],
  ['no day of the switch', {}, 'switchedOn', 'choice.takeOver.switchedOn'],
  [
    'a purpose that is not there',
    { map: { a: 'ads' } },
    undefined,
    'choice.takeOver.map.a no purpose has the id "ads"',
  ],
  [
    'a purpose nobody is asked about',
    { map: { a: 'necessary' } },
    undefined,
    'choice.takeOver.map.a "necessary" is not asked about',
  ],
  ['nothing to take over', { map: {} }, undefined, 'choice.takeOver.map takes nothing over'],
  [
    'a name no cookie can have',
    { name: 'my; cookie' },
    undefined,
    'choice.takeOver.name must be the name of a cookie',
  ],
])('%s is a fault with its path', (_, changes, without, fault) => {
  expect(faultsOf(changes, without)).toEqual([expect.stringContaining(fault)])
})

test('who answers for a site has to be written before it is published', () => {
  const controller = { ...loom.controller, name: 'To be written: company', country: 'ZZ' }
  const check = checkSiteConfiguration({ ...loom, controller })
  expect(check.ok ? [] : check.faults).toEqual([
    { path: 'controller.name', message: 'is still to be written' },
    { path: 'controller.country', message: 'is still to be written' },
  ])
})
