import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { AppEnv } from '../../server/middleware/env.ts'
import { createProxies } from '../../server/middleware/proxies.ts'
import { onlyHttps, type Transport } from '../../server/middleware/transport.ts'

const BEHIND_PROXY: Transport = {
  url: 'https://consent.example',
  production: true,
  ownTls: false,
  proxies: createProxies(['10.0.0.1']),
}

interface Asked {
  readonly transport?: Partial<Transport>
  readonly peer?: string
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
}

async function ask({ transport, peer = '10.0.0.1', method = 'GET', path = '/', headers = {} }: Asked) {
  const app = new Hono<AppEnv>()
  app.use(onlyHttps({ ...BEHIND_PROXY, ...transport }))
  app.all('*', c => c.text('answered'))
  const incoming = { socket: { remoteAddress: peer } }
  return app.request(`http://consent.example${path}`, { method, headers }, { incoming })
}

test.each<[what: string, asked: Asked, status: number]>([
  ['X-Forwarded-Proto: https', { headers: { 'x-forwarded-proto': 'https' } }, 200],
  ['further hops, all https', { headers: { 'x-forwarded-proto': 'HTTPS, https' } }, 200],
  ['Forwarded', { headers: { forwarded: 'for=192.0.2.1;proto="https"' } }, 200],
  ['one hop over http', { headers: { 'x-forwarded-proto': 'https, http' } }, 308],
  ['headers that disagree', { headers: { 'x-forwarded-proto': 'https', forwarded: 'proto=http' } }, 308],
  ['HEAD over http', { method: 'HEAD', headers: { 'x-forwarded-proto': 'http' } }, 308],
  ['POST over http', { method: 'POST', headers: { 'x-forwarded-proto': 'http' } }, 403],
  ['a proxy that says nothing', {}, 403],
  ['health through a proxy that says nothing', { path: '/healthz' }, 403],
  ['a stranger', { peer: '10.0.0.2', headers: { 'x-forwarded-proto': 'https' } }, 403],
  ['a stranger’s health check', { peer: '10.0.0.2', path: '/healthz' }, 403],
  ['the machine’s own health check', { peer: '::1', path: '/healthz' }, 200],
  ['the machine itself, elsewhere', { peer: '127.0.0.1', path: '/v1/openapi.json' }, 403],
  ['own TLS', { transport: { ownTls: true }, peer: '203.0.113.9' }, 200],
  [
    'own TLS, whatever a stranger says',
    { transport: { ownTls: true }, peer: '203.0.113.9', headers: { 'x-forwarded-proto': 'http' } },
    200,
  ],
  [
    'own TLS, a proxy that was asked over http',
    { transport: { ownTls: true }, headers: { 'x-forwarded-proto': 'http' } },
    308,
  ],
  ['own TLS, a proxy that says nothing', { transport: { ownTls: true } }, 200],
  ['development', { transport: { production: false }, peer: '203.0.113.9' }, 200],
])('%s', async (_, asked, status) => {
  const answer = await ask(asked)
  expect(answer.status).toBe(status)
  const secure = status === 200 && asked.transport?.production !== false && asked.peer !== '::1'
  expect(answer.headers.has('strict-transport-security')).toBe(secure)
})

test('a redirect leads nowhere but to this server', async () => {
  const headers = { 'x-forwarded-proto': 'http' }
  for (const [path, location] of [
    ['//evil.example/x?y=1', 'https://consent.example//evil.example/x?y=1'],
    ['/@evil.example', 'https://consent.example/@evil.example'],
    ['/\\evil.example', 'https://consent.example//evil.example'],
  ])
    // oxlint-disable-next-line no-await-in-loop
    expect((await ask({ path: path!, headers })).headers.get('location')).toBe(location)
})
