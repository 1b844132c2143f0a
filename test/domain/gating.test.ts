import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pagePolicy } from '../../shared/domain/page-policy.ts'
import { partsOf } from '../../shared/domain/parts.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'

const loom = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration

test('a name of another tool leads to a purpose, or to a service and its purpose', () => {
  const gating = { aliases: { ads: 'marketing', youtube: 'vista' } }
  expect(partsOf({ ...loom, gating }).aliases).toEqual({
    ads: ['marketing'],
    youtube: ['marketing', 'vista'],
  })
})

test('a name that leads nowhere is a fault with its path', () => {
  const check = checkSiteConfiguration({ ...loom, gating: { aliases: { ads: 'adverts' } } })
  expect(check).toMatchObject({
    faults: [{ path: 'gating.aliases.ads', message: expect.stringContaining('"adverts"') }],
  })
})

test('a page policy names hosts of approved services, and of no other', () => {
  const policy = pagePolicy(loom.services, 'https://consent.example', "'sha256-x'")
  expect(policy).toContain("img-src 'self' adrift.example tempo.example vista.example")
  expect(policy).toContain("connect-src 'self' https://consent.example adrift.example")
  expect(policy).not.toContain('nimbus.example')
})
