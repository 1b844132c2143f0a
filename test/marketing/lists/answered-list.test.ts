import { expect, test } from 'vitest'
import { inTurns, rowsFrom } from '../../../server/marketing/lists/answered-list.ts'

const ROWS = 2_345

test('rows are answered in their order, whichever of them were read sooner', async () => {
  const answered = inTurns([0, 1], rowsFrom(counting(2, ROWS)), {
    // The earlier, the later it is done.
    ahead: batch =>
      new Promise<number>(done => setTimeout(() => done(batch.length), Math.max(0, 20 - batch[0]! / 100))),
    write: (batch, read) => `${batch.slice(0, read).join('\n')}\n`,
  })
  const text = await textOf(answered)
  expect(text).toBe(`${Array.from({ length: ROWS }, (_, n) => n).join('\n')}\n`)
})

test('what breaks off is answered up to there, and tells why', async () => {
  const written: number[] = []
  const answered = inTurns([0, 1], rowsFrom(breaking()), {
    ahead: () => Promise.resolve(),
    write: batch => String(written.push(...batch)),
  })
  await expect(textOf(answered)).rejects.toThrow('broke off')
  expect(written.length).toBe(502)
})

test('whoever leaves is read no further, and a fault behind that is nobody’s', async () => {
  let isLeft = false
  const rows = rowsFrom(breaking())
  const answered = inTurns(
    [0, 1],
    { take: rows.take, leave: () => void (isLeft = true) },
    { ahead: () => Promise.resolve(), write: String },
  )
  for await (const _ of answered) break
  await new Promise(done => setTimeout(done, 50))
  expect(isLeft).toBe(true)
})

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

async function* counting(from: number, to: number): AsyncGenerator<number> {
  for (let n = from; n < to; n++) yield n
}

async function* breaking(): AsyncGenerator<number> {
  yield* counting(2, 602)
  throw new Error('it broke off')
}
