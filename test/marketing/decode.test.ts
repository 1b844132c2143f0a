import { describe, expect, test } from 'vitest'
import { decode, type Encoding } from '../../server/marketing/lists/decode.ts'

async function decoded(
  ...pieces: readonly (Uint8Array | string)[]
): Promise<{ text: string; encoding: Encoding }> {
  async function* bytes() {
    for (const piece of pieces) yield Buffer.from(piece)
  }
  let encoding: Encoding | undefined
  let text = ''
  for await (const piece of decode(bytes(), found => (encoding = found))) text += piece
  return { text, encoding: encoding! }
}

const PLAIN = 'phone,city\n'.repeat(500)
const cut = (bytes: Buffer, at: number): Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)]

describe('a list is read as it was written', () => {
  test.each<[string, Buffer, Encoding]>([
    ['UTF-8', Buffer.from('Köln'), { label: 'utf-8', marked: false }],
    ['marked UTF-8', Buffer.from('\uFEFFKöln'), { label: 'utf-8', marked: true }],
    ['Windows-1252', Buffer.from('Köln', 'latin1'), { label: 'windows-1252', marked: false }],
    ['UTF-16', Buffer.from('Köln,1', 'utf16le'), { label: 'utf-16le', marked: false }],
    ['marked UTF-16', Buffer.from('\uFEFFKöln', 'utf16le'), { label: 'utf-16le', marked: true }],
    [
      'UTF-16 the other way round',
      Buffer.from('\uFEFFKöln', 'utf16le').swap16(),
      { label: 'utf-16be', marked: true },
    ],
  ])('%s, cut anywhere', async (_, bytes, encoding) => {
    for (let at = 0; at <= bytes.length; at++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const found = await decoded(...cut(bytes, at))
      expect(found).toEqual({ text: expect.stringMatching(/^Köln(,1)?$/), encoding })
    }
  })

  test('what is told by a letter that comes late is told by it', async () => {
    expect((await decoded(PLAIN, Buffer.from('Köln', 'latin1'))).text).toBe(`${PLAIN}Köln`)
    expect((await decoded(PLAIN, 'Köln')).text).toBe(`${PLAIN}Köln`)
  })

  test('two encodings in one list are refused: a letter that is lost makes another address', async () => {
    await expect(decoded(PLAIN, 'Köln', Buffer.from('Köln\n', 'latin1'))).rejects.toThrow('save it as UTF-8')
  })

  test('nothing is nothing', async () => {
    expect(await decoded()).toEqual({ text: '', encoding: { label: 'utf-8', marked: false } })
  })
})
