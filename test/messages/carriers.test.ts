import { expect, test } from 'vitest'
import { maskAddress } from '../../server/marketing/mask.ts'
import { openCarriers } from '../../server/messages/carriers.ts'
import type { LogFields } from '../../shared/domain/log.ts'

const lines: LogFields[] = []
const log = { info: (_: string, fields?: LogFields) => void lines.push(fields ?? {}), warn() {}, error() {} }
const deps = { log, url: 'http://localhost:8787', production: false, mask: maskAddress }
const toTheLog = { shop: { email: { log: true as const, from: 'news@shop.example' } } }

test('for development a message is written to the log with its link by itself, and its address masked', async () => {
  const carrier = openCarriers(toTheLog, deps).of('shop', 'email')!
  const words = 'Confirm:\n\nhttp://localhost:8787/s/shop/confirm.en.html?token=abc\n\nOnce.'
  expect(await carrier.hand({ id: '1', to: 'robin@mail.example', title: 'Confirm', words })).toMatchObject({
    sent: true,
  })
  expect(lines).toEqual([
    {
      site: 'shop',
      channel: 'email',
      to: 'r…@mail.example',
      title: 'Confirm',
      words,
      link: 'http://localhost:8787/s/shop/confirm.en.html?token=abc',
    },
  ])
})

test('in production nothing is sent to the log, and a channel without a provider has none', () => {
  expect(() => openCarriers(toTheLog, { ...deps, production: true })).toThrow(
    '"shop" sends email to the server\'s log, which is for development',
  )
  const { of } = openCarriers(toTheLog, deps)
  expect(of('shop', 'sms')).toBeUndefined()
  expect(of('other', 'email')).toBeUndefined()
})
