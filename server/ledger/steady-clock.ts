/**
 * How far an entry's `receivedAt` may lie before that of an earlier one. Enough for the steps by which time services set
 * a clock back, and for two processes that stamp at once; too little to move a decision before another that matters.
 */
export const CLOCK_TOLERANCE = 60_000

/**
 * A clock that does not go back within the tolerance: it stands still until the given one has caught up. Whoever sets the
 * machine back by more had a wrong time before: that is followed, for standing still would stamp more wrong times.
 */
export function steadyClock(now: () => number): () => number {
  let last = 0
  return () => {
    const time = now()
    if (time > last || last - time > CLOCK_TOLERANCE) last = time
    return last
  }
}
