import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFetchPinned } from '../../../server/marketing/inbound/fetch-pinned.ts'

let server: Server
let base: string
let asked: string[]
let waiting: (() => void)[]

beforeEach(async () => {
  asked = []
  waiting = []
  server = createServer((request, response) => {
    asked.push(request.url!)
    if (request.url === '/moved.pem')
      return void response.writeHead(302, { location: `${base}/secret` }).end()
    if (request.url === '/gone.pem') return void response.writeHead(404).end()
    if (request.url === '/long.pem') return void response.end('x'.repeat(100_000))
    if (request.url!.startsWith('/slow')) return void waiting.push(() => response.end('late'))
    return void response.end(`text of ${request.url}`)
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test('a certificate is asked for once, a confirmation every time', async () => {
  const fetchPinned = createFetchPinned()
  for (let n = 0; n < 2; n++) {
    expect(await fetchPinned(`${base}/one.pem`)).toBe('text of /one.pem')
    await fetchPinned(`${base}/?Action=ConfirmSubscription`)
  }
  expect(asked).toEqual(['/one.pem', '/?Action=ConfirmSubscription', '/?Action=ConfirmSubscription'])
})

test('no redirect is followed, and what is no certificate is not kept', async () => {
  const fetchPinned = createFetchPinned()
  for (const path of ['/moved.pem', '/gone.pem', '/long.pem'])
    await expect(fetchPinned(`${base}${path}`)).rejects.toThrow("couldn't fetch")
  expect(asked).toEqual(['/moved.pem', '/gone.pem', '/long.pem'])
})

test('whoever names many certificates keeps no more than four requests open', async () => {
  const fetchPinned = createFetchPinned()
  const slow = [1, 2, 3, 4].map(n => fetchPinned(`${base}/slow${n}.pem`))
  await expect.poll(() => waiting.length).toBe(4)
  await expect(fetchPinned(`${base}/one.pem`)).rejects.toThrow('too many certificates')
  for (const answer of waiting) answer()
  await Promise.all(slow)
  expect(await fetchPinned(`${base}/one.pem`)).toBe('text of /one.pem')
})
