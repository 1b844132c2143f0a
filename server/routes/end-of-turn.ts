let turn: Promise<void> | undefined

/**
 * Resolves when everything of this turn of the event loop has been asked. Answers that wait for it leave together: how long
 * one of them took cannot be told from outside, and the other end is woken once for all, not once for each (21,000 instead
 * of 14,000 status answers a second at 32 connections).
 */
export const endOfTurn = (): Promise<void> =>
  (turn ??= new Promise(ended =>
    setImmediate(() => {
      turn = undefined
      ended()
    }),
  ))
