import { describe, expect, test } from 'vitest'
import { isAllowed, urlFault } from '../../server/hooks/outward.ts'

const PRODUCTION = true
const DEVELOPMENT = false

describe('an address that is not on the internet is refused', () => {
  test.each([
    ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::'],
    [
      'a private network',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      'fd12:3456::1',
      'fc00::1',
    ],
    ['link-local, where clouds keep their keys', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
    ['shared by a provider', '100.64.0.1', '100.127.255.255'],
    ['many at once, or all', '224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1'],
    [
      'for documentation and tests',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.9',
      '198.18.0.1',
      '2001:db8::1',
      '3fff::1',
    ],
    [
      'IPv4 inside IPv6',
      '::ffff:10.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:a00:1',
      '::10.0.0.1',
    ],
    ['by way of NAT64, 6to4 or Teredo', '64:ff9b::a00:1', '64:ff9b:1::1', '2002:a00:1::1', '2001::1'],
    ['reserved', '240.0.0.1', '0.1.2.3', '192.0.0.8', '4000::1', '100::1'],
    ['no address at all', '', 'localhost', '10.1', '0x7f000001', '1.2.3.4.5'],
  ])('%s', (_, ...addresses) => {
    expect(addresses.filter(address => isAllowed(address, PRODUCTION))).toEqual([])
  })

  test('what is on the internet is not', () => {
    const addresses = [
      '8.8.8.8',
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '100.63.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '2a00::1',
    ]
    expect(addresses.filter(address => !isAllowed(address, PRODUCTION))).toEqual([])
  })

  test('in development this machine is allowed, and nothing else of it', () => {
    expect(['127.0.0.1', '127.3.2.1', '::1'].every(address => isAllowed(address, DEVELOPMENT))).toBe(true)
    expect(
      ['10.0.0.1', '0.0.0.0', '::', '192.168.1.1', 'fe80::1', '::ffff:10.0.0.1'].filter(a =>
        isAllowed(a, DEVELOPMENT),
      ),
    ).toEqual([])
  })
})

describe('the address of a hook', () => {
  test.each([
    ['http://crm.example/in', PRODUCTION, /^http is refused: what is told of people travels encrypted/],
    ['http://crm.example/in', DEVELOPMENT, /^http is refused but to this machine in development/],
    ['http://localhost:8080/in', PRODUCTION, /^http is refused/],
    ['http://127.0.0.1:8080/in', PRODUCTION, /^http is refused/],
    ['http://10.0.0.1/in', DEVELOPMENT, /^http is refused/],
    ['https://localhost/in', PRODUCTION, /of this machine/],
    ['https://app.localhost/in', PRODUCTION, /of this machine/],
    ['https://LOCALHOST./in', PRODUCTION, /of this machine/],
    ['https://0x7f.1/in', PRODUCTION, /127\.0\.0\.1 is an address of this machine/],
    ['https://2130706433/in', PRODUCTION, /127\.0\.0\.1 is an address of this machine/],
    ['https://[::1]/in', PRODUCTION, /::1 is an address of this machine/],
    ['https://[::ffff:10.0.0.1]/in', PRODUCTION, /private network/],
    ['https://169.254.169.254/latest', PRODUCTION, /private network/],
    ['https://192.168.1.1/in', DEVELOPMENT, /private network/],
    ['https://user:secret@crm.example/in', PRODUCTION, /name or password/],
    ['https://crm.example/in#part', PRODUCTION, /fragment/],
    ['https://crm.example:25/in', PRODUCTION, /port 25 is refused/],
    ['https://crm.example:80/in', PRODUCTION, /port 80 is refused/],
    ['ftp://crm.example/in', PRODUCTION, /no address/],
    ['file:///etc/passwd', DEVELOPMENT, /no address/],
    ['crm.example/in', PRODUCTION, /no address/],
    ['', PRODUCTION, /no address/],
  ])('%s is refused (production: %s)', (url, production, why) => {
    expect(urlFault(url, production)).toMatch(why)
  })

  test.each([
    ['https://crm.example/in', PRODUCTION],
    ['https://crm.example:8443/in?of=us', PRODUCTION],
    ['https://8.8.8.8/in', PRODUCTION],
    ['http://localhost:8080/in', DEVELOPMENT],
    ['http://127.0.0.1/in', DEVELOPMENT],
    ['http://[::1]:9000/', DEVELOPMENT],
    ['https://localhost:8443/in', DEVELOPMENT],
  ])('%s is taken (production: %s)', (url, production) => {
    expect(urlFault(url, production)).toBeUndefined()
  })
})
