import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { busySince } from '../../server/jobs/busy.ts'

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

test('a process that was hardly ever idle since it was last asked is busy, and no longer once it is', async () => {
  const isBusy = busySince()
  // The loop's own account begins with its first turn.
  await sleep(1)
  isBusy()
  for (let turn = 0; turn < 10; turn++) {
    work(20)
    await new Promise(setImmediate)
  }
  expect(isBusy()).toBe(true)
  await sleep(200)
  expect(isBusy()).toBe(false)
})
