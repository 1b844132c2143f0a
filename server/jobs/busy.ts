import { performance } from 'node:perf_hooks'

/** Share of the time in which the event loop had something to do. */
const FULL = 0.9

/** Tells whether this process has hardly been idle since it was last asked. */
export function busySince(): () => boolean {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization > FULL
  }
}
