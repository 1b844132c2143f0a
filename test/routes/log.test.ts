import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startCheckpoints } from '../../server/jobs/checkpoints.ts'
import { openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { cosign, splitNote } from '../../server/ledger/cosignature.ts'
import { parseVerifierKey } from '../../server/ledger/note.ts'
import { EMPTY_ROOT } from '../../server/ledger/merkle.ts'
import { verifyConsistency } from '../../server/ledger/proof.ts'
import { verifyInclusion } from '../../shared/receipt/inclusion.ts'
import { aSiteDecision, createTestApp, SITE, type TestApp } from '../support/app.ts'
import { aWitnessKey } from '../support/witness.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
})
afterEach(() => app.remove())

const text = async (path: string) => (await app.request(path)).text()

test('the checkpoint verifies under the served key, and a served proof under the checkpoint', async () => {
  const decision = aSiteDecision()
  await app.post([decision])
  checkpoint(app.ledger, SITE)
  const verifier = parseVerifierKey((await text(`/log/${SITE}/vkey`)).trim())!
  const { size, root } = openCheckpoint(await text(`/log/${SITE}/checkpoint`), verifier)!
  const { index } = app.ledger.store.entryById(SITE, decision.id)!
  const response = await app.request(`/log/${SITE}/proof?index=${index}&size=${size}`)
  const proof = (await response.json()) as { hashes: string[] }
  const leaf = app.ledger.store.nodes(SITE, 0, index, 1)[0]!
  const hashes = proof.hashes.map(hash => Buffer.from(hash, 'base64'))
  expect(await verifyInclusion(index, size, leaf, hashes, root)).toBe(true)
})

test.each([
  '',
  '?index=0',
  '?index=0&size=0',
  '?index=9&size=9',
  '?index=0&size=99',
  '?index=-1&size=5',
  '?index=1e3&size=2',
  '?index=a&size=b',
])('a proof of %s is refused with what may be asked', async query => {
  const response = await app.request(`/log/${SITE}/proof${query}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ type: 'urn:assent:problem:invalid-query' })
})

/** The log grown a little at a time, with the checkpoint of each size. */
async function checkpointsOf(growths: number) {
  const verifier = parseVerifierKey((await text(`/log/${SITE}/vkey`)).trim())!
  const found = []
  for (let n = 0; n <= growths; n++) {
    found.push(openCheckpoint(checkpoint(app.ledger, SITE)!, verifier)!)
    // oxlint-disable-next-line no-await-in-loop -- one size after the other
    await app.post(Array.from({ length: n + 1 }, () => aSiteDecision()))
  }
  return found
}

async function consistency(from: number, to: number): Promise<Buffer[]> {
  const response = await app.request(`/log/${SITE}/consistency?from=${from}&to=${to}`)
  const proof = (await response.json()) as { from: number; to: number; hashes: string[] }
  expect(proof).toMatchObject({ from, to })
  return proof.hashes.map(hash => Buffer.from(hash, 'base64'))
}

test('every later checkpoint is proven to extend every earlier one, and to extend no other', async () => {
  const checkpoints = await checkpointsOf(4)
  for (const [n, later] of checkpoints.entries())
    for (const earlier of checkpoints.slice(0, n)) {
      // oxlint-disable-next-line no-await-in-loop -- few
      const proof = await consistency(earlier.size, later.size)
      const holds = (root: Uint8Array) => verifyConsistency(earlier.size, later.size, root, later.root, proof)
      expect(proof.length).toBeGreaterThan(0)
      expect(holds(earlier.root)).toBe(true)
      expect(holds(later.root)).toBe(false)
    }
})

test('every tree extends itself and the empty one, with nothing to prove', async () => {
  const { size, root } = (await checkpointsOf(0))[0]!
  expect(await consistency(size, size)).toEqual([])
  expect(await consistency(0, size)).toEqual([])
  expect(await consistency(0, 0)).toEqual([])
  expect(verifyConsistency(0, size, EMPTY_ROOT, root, [])).toBe(true)
  expect(verifyConsistency(0, size, root, root, [])).toBe(false)
})

test.each([
  '',
  '?from=1',
  '?from=3&to=2',
  '?from=1&to=99',
  '?from=-1&to=5',
  '?from=1e0&to=2',
  '?from=a&to=b',
])('a proof of consistency of %s is refused with what may be asked', async query => {
  const response = await app.request(`/log/${SITE}/consistency${query}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    type: 'urn:assent:problem:invalid-query',
    detail: expect.stringContaining(`at most ${app.ledger.store.checkpoint(SITE)!.size}`),
  })
})

test('what no checkpoint speaks of yet is proven to nobody; once signed, it is', async () => {
  const { size } = app.ledger.store.checkpoint(SITE)!
  await app.post([aSiteDecision()])
  const asked = [`proof?index=0&size=${size + 1}`, `consistency?from=0&to=${size + 1}`]
  for (const path of asked) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await app.request(`/log/${SITE}/${path}`)
    expect(response.status).toBe(400)
    // oxlint-disable-next-line no-await-in-loop
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining(`at most ${size}, which the last checkpoint has`),
    })
  }
  checkpoint(app.ledger, SITE)
  for (const path of asked) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await app.request(`/log/${SITE}/${path}`)).status).toBe(200)
  }
})

test('a tree of one entry proves it with nothing, and every size there ever was can be asked for', async () => {
  const first = await app.request(`/log/${SITE}/proof?index=0&size=1`)
  expect(await first.json()).toEqual({ index: 0, size: 1, hashes: [] })
  const { size } = app.ledger.store.checkpoint(SITE)!
  for (let n = 1; n <= size; n++) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await app.request(`/log/${SITE}/proof?index=${n - 1}&size=${n}`)).status).toBe(200)
    // oxlint-disable-next-line no-await-in-loop
    expect((await app.request(`/log/${SITE}/consistency?from=${n}&to=${size}`)).status).toBe(200)
  }
})

const quiet = { info: () => {}, warn: () => {} }

test('the job signs what grew and nothing else', async () => {
  const job = startCheckpoints(app.ledger, { ...quiet, error: () => {} }, 3_600_000)
  job.run()
  const first = app.ledger.store.checkpoint(SITE)!
  job.run()
  expect(app.ledger.store.checkpoint(SITE)).toEqual(first)
  await app.post([aSiteDecision()])
  job.stop()
  expect(app.ledger.store.checkpoint(SITE)!.size).toBe(first.size + 1)
})

test('the job runs by itself at its interval', async () => {
  const job = startCheckpoints(app.ledger, { ...quiet, error: () => {} }, 10)
  await expect
    .poll(() => app.ledger.store.checkpoint(SITE)?.size, PATIENCE)
    .toBe(app.ledger.store.log(SITE).size)
  job.stop()
})

test('a failure is logged once, shown, and gone when it works again', () => {
  const lines: string[] = []
  let broken = true
  const ledger = {
    ...app.ledger,
    signer: (site: string) => {
      if (broken) throw new Error('others may read the key')
      return app.ledger.signer(site)
    },
  }
  const job = startCheckpoints(
    ledger,
    { ...quiet, error: (_, fields) => void lines.push(String(fields?.['why'])) },
    3_600_000,
  )
  job.run()
  job.run()
  expect(job.failed()).toEqual([SITE])
  expect(lines).toEqual(['others may read the key'])
  broken = false
  job.stop()
  expect(job.failed()).toEqual([])
})

test('cosignatures stand behind the checkpoint they are of; the newest seen by a witness has an address', async () => {
  const witnessed = () => app.request(`/log/${SITE}/witnessed`)
  expect((await witnessed()).status).toBe(404)
  expect(await (await witnessed()).json()).toMatchObject({ type: 'urn:assent:problem:not-witnessed' })
  const { store } = app.ledger
  const { size, note } = store.checkpoint(SITE)!
  const witness = aWitnessKey()
  const line = cosign(splitNote(note)!.text, witness, app.ledger.now() / 1000)
  store.saveCosignature(SITE, size, { witness: witness.vkey, line })
  expect(await text(`/log/${SITE}/checkpoint`)).toBe(`${note}${line}\n`)
  await app.post([aSiteDecision()])
  checkpoint(app.ledger, SITE)
  expect(await text(`/log/${SITE}/checkpoint`)).toBe(store.checkpoint(SITE)!.note)
  expect(await (await witnessed()).text()).toBe(`${note}${line}\n`)
  // Whoever knows nothing of witnesses reads it as ever.
  const verifier = parseVerifierKey((await text(`/log/${SITE}/vkey`)).trim())!
  expect(openCheckpoint(await (await witnessed()).text(), verifier)).toMatchObject({ size })
})
