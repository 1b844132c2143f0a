import { expect, test } from 'vitest'
import { guardId, guardTable, sharedHosts } from '../../shared/domain/guard.ts'
import type { Purpose, Service } from '../../shared/domain/site.ts'

const purpose = (id: string, kind: Purpose['kind']): Purpose => ({
  id,
  kind,
  name: {},
  description: {},
  basis: kind === 'necessary' ? 'strictly-necessary' : 'consent',
  owner: 'web',
})
const service = (purpose: string, hosts: string[], state: 'approved' | 'proposed' = 'approved'): Service => ({
  id: hosts.join(),
  name: 'Service',
  provider: 'Provider',
  purpose,
  use: 'statistics',
  country: 'DE',
  hosts,
  cookies: [],
  approval: { state },
})
const purposes = [
  purpose('necessary', 'necessary'),
  purpose('analytics', 'analytics'),
  purpose('marketing', 'marketing'),
]
const table = (...services: Service[]) => guardTable({ purposes, services })

test('a host waits for the purpose of its service, and for all where several services share it', () => {
  expect(
    table(
      service('analytics', ['tags.example', 'stats.example']),
      service('marketing', ['tags.example']),
      service('necessary', ['pay.example']),
    ),
  ).toEqual({ 'stats.example': 'analytics', 'tags.example': 'analytics marketing' })
})

test('a host of a service that nobody approved never goes, whoever else has it', () => {
  expect(
    table(service('marketing', ['ads.example'], 'proposed'), service('analytics', ['ads.example'])),
  ).toEqual({ 'ads.example': '-' })
  expect(table(service('necessary', ['pay.example'], 'proposed'))).toEqual({ 'pay.example': '-' })
})

test('what something necessary needs is not held, and goes through below a host that is', () => {
  const services = [
    service('analytics', ['vendor.example', 'shared.example']),
    service('necessary', ['pay.vendor.example', 'shared.example']),
  ]
  expect(table(...services)).toEqual({ 'vendor.example': 'analytics', 'pay.vendor.example': '' })
  expect(sharedHosts({ purposes, services })).toEqual(['shared.example'])
})

test('the id changes with the hosts, and not with their order', () => {
  const [a, b] = [service('analytics', ['a.example']), service('marketing', ['b.example'])]
  expect(guardId(table(a, b))).toBe(guardId(table(b, a)))
  expect(guardId(table(a, b))).not.toBe(guardId(table(a)))
  expect(guardId(table(a))).toMatch(/^\d+-[0-9a-f]{8}$/)
})
