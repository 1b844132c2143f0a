import { expect, test } from 'vitest'
import { addressPrefix, clientAddress } from '../../server/middleware/client-address.ts'
import { createProxies, plainAddress, readRange } from '../../server/middleware/proxies.ts'

const proxies = createProxies(['127.0.0.1', '10.0.0.0/8', '2001:db8:cafe::/48'])
const from = (peer: string, xForwardedFor?: string, forwarded?: string) =>
  clientAddress(peer, { xForwardedFor, forwarded }, proxies)

test('an untrusted peer is the client, whatever it says', () => {
  expect(from('203.0.113.9', '198.51.100.7', 'for=198.51.100.7')).toBe('203.0.113.9')
})

test.each<[what: string, header: string | undefined, client: string]>([
  ['nothing said', undefined, '127.0.0.1'],
  ['one hop', '198.51.100.7', '198.51.100.7'],
  ['a forged hop before the real one', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
  ['further trusted proxies', '1.1.1.1, 198.51.100.7, 10.9.8.7', '198.51.100.7'],
  ['none but trusted ones', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ['a port', '198.51.100.7:4711', '198.51.100.7'],
  ['IPv6 in brackets with a port', '[2001:DB8::7]:4711', '2001:db8::7'],
  ['IPv4 over IPv6', '::ffff:198.51.100.7', '198.51.100.7'],
  ['a trusted network over IPv6', '2001:db8::7, 2001:db8:cafe::1', '2001:db8::7'],
  ['garbage behind a trusted hop', 'garbage, 10.0.0.1', '10.0.0.1'],
  ['garbage alone', 'unknown', '127.0.0.1'],
  ['more trusted hops than anybody has', `198.51.100.7, ${'10.0.0.1, '.repeat(40)}10.0.0.2`, '10.0.0.1'],
])('X-Forwarded-For with %s', (_, header, client) => {
  expect(from('127.0.0.1', header)).toBe(client)
})

test.each<[header: string, client: string]>([
  ['for=198.51.100.7;proto=https;by=203.0.113.43', '198.51.100.7'],
  ['For="[2001:db8::7]:4711"', '2001:db8::7'],
  ['for=1.1.1.1, for=198.51.100.7, for=10.0.0.1', '198.51.100.7'],
  ['for=1.1.1.1, proto=https', '127.0.0.1'],
  ['for=_hidden', '127.0.0.1'],
])('Forwarded: %s', (header, client) => {
  expect(from('127.0.0.1', undefined, header)).toBe(client)
})

test('a header the proxy hands on as the client wrote it changes nobody’s address', () => {
  expect(from('127.0.0.1', '198.51.100.7', 'for=1.1.1.1')).toBe('127.0.0.1')
  expect(from('127.0.0.1', '198.51.100.7', 'for=198.51.100.7')).toBe('198.51.100.7')
})

test.each([
  ['198.51.100.7', '198.51.100'],
  ['2001:db8:1:2::7', '2001:db8:1'],
  ['2001:0db8:0001::', '2001:db8:1'],
  ['2001:db8::7', '2001:db8:0'],
  ['::1', '0:0:0'],
  ['1::2:3:4:5:6:7:8', '1:2:3'],
])('neighbours of %s share %s', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix)
})

test.each(['fe80::1%eth0', 'FE80::1'])('%s has one spelling', address => {
  expect(plainAddress(address)).toBe('fe80::1')
})

test.each(['', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', 'proxy.example', '10.0.0'])(
  '"%s" is no proxy to trust',
  text => {
    expect(readRange(text)).toBeUndefined()
  },
)
