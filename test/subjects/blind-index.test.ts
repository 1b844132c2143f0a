import { expect, test } from 'vitest'
import { openBlindIndex } from '../../server/subjects/identify.ts'

const index = openBlindIndex(Buffer.alloc(32, 7))
const numbers = Array.from({ length: 1_000 }, (_, n) => `+1202555${String(n).padStart(4, '0')}`)
const mailboxes = numbers.map((_, n) => `Robin.${n}@Harbor.example`)

test('many addresses, which another thread hashes, have the places each has alone', async () => {
  // Asked at once, as of several lists.
  const [sms, email, elsewhere] = await Promise.all([
    index.blindsOf('harbor', 'sms', numbers),
    index.blindsOf('harbor', 'email', mailboxes),
    index.blindsOf('quay', 'sms', numbers),
  ])
  const each = (site: string, channel: 'sms' | 'email', addresses: readonly string[]) =>
    addresses.map(address => hex(index.blindOf(site, channel, address)))
  expect(sms.map(hex)).toEqual(each('harbor', 'sms', numbers))
  expect(email.map(hex)).toEqual(each('harbor', 'email', mailboxes))
  expect(elsewhere.map(hex)).toEqual(each('quay', 'sms', numbers))
})

test('a few have them too', async () => {
  expect((await index.blindsOf('harbor', 'sms', numbers.slice(0, 3))).map(hex)).toEqual(
    numbers.slice(0, 3).map(number => hex(index.blindOf('harbor', 'sms', number))),
  )
  expect(await index.blindsOf('harbor', 'sms', [])).toEqual([])
})

const hex = (blind: Uint8Array): string => Buffer.from(blind).toString('hex')
