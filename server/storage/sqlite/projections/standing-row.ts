import type { ConsentState, Standing } from '../../../../shared/domain/standing.ts'

type Packed = readonly [state: ConsentState, since: number, index: number, lastNo?: number]

/** Standing as its row holds it: lists instead of named members, for half the bytes is a third off the cost of an append. */
export function packStanding(standing: Standing): string {
  const packed: Record<string, Packed> = {}
  for (const [purpose, { state, since, index, lastNo }] of Object.entries(standing))
    packed[purpose] = lastNo === undefined ? [state, since, index] : [state, since, index, lastNo]
  return JSON.stringify(packed)
}

export function unpackStanding(text: string): Standing {
  return Object.fromEntries(
    Object.entries(JSON.parse(text) as Record<string, Packed>).map(
      ([purpose, [state, since, index, lastNo]]) => [
        purpose,
        lastNo === undefined ? { state, since, index } : { state, since, lastNo, index },
      ],
    ),
  )
}
