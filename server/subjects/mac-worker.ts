import { createHmac } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { Asked } from './mac-thread.ts'

/** Bytes of an HMAC-SHA256. */
const LENGTH = 32

parentPort!.on('message', ({ key, texts }: Asked) => {
  const macs = new Uint8Array(texts.length * LENGTH)
  for (const [n, text] of texts.entries())
    macs.set(createHmac('sha256', key).update(text).digest(), n * LENGTH)
  parentPort!.postMessage(macs, [macs.buffer])
})
