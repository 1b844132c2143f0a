import { expect, test } from 'vitest'
import { sendsGpc } from '../../shared/client/client.ts'

test.each([
  ['1', true],
  ['', false],
  ['0', false],
  ['true', false],
  [' 1x', false],
  ['11', false],
  ['"1"', false],
  ['?1', false],
  // Two headers, as a server joins them: each is a value of its own.
  ['1, 1', true],
  ['0, 1', true],
  ['0, 0', false],
  [['0', '1'], true],
  [undefined, false],
])('of Sec-GPC %j, %j is the answer', (value, on) => {
  expect(sendsGpc({ 'sec-gpc': value })).toBe(on)
})

test('the headers of a Fetch request answer the same', () => {
  expect(sendsGpc(new Headers({ 'Sec-GPC': '1' }))).toBe(true)
  expect(sendsGpc(new Headers({ 'Sec-GPC': '0' }))).toBe(false)
  expect(sendsGpc(new Headers())).toBe(false)
})
