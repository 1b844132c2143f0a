import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startWitnessing, type WitnessingJob } from '../../server/jobs/witnessing.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint, checkpointCovering } from '../../server/ledger/checkpoint.ts'
import { cosignatureIn, parseWitnessKey, splitNote } from '../../server/ledger/cosignature.ts'
import { parseVerifierKey } from '../../server/ledger/note.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { readTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { newestCheckpoint, witnessedCheckpoint } from '../../server/ledger/witnessed.ts'
import { addCheckpoint } from '../../server/witness/add-checkpoint.ts'
import { formatRequest } from '../../server/witness/request.ts'
import type { LogLine } from '../support/app.ts'
import { aDecision, aRefusal } from '../support/decisions.ts'
import { publishSite, testLedger, type TestLedger } from '../support/ledger.ts'
import { findingsIn } from '../support/verify.ts'
import { serveWitness, type ServedWitness } from '../support/witness-server.ts'
import { aWitnessKey, testWitness, type TestWitness } from '../support/witness.ts'

const SITES = ['harbor', 'loom']
const EVERY = 10_000

let ledger: TestLedger
let witnesses: TestWitness[]
let served: ServedWitness[]
let job: WitnessingJob
let lines: LogLine[]

const log = (() => {
  const at = (level: string) => (event: string, fields?: Record<string, unknown>) =>
    void lines.push({ level, event, ...fields })
  return { info: at('info'), warn: at('warn'), error: at('error') }
})()
const start = () =>
  startWitnessing(
    ledger,
    served.map(one => one.known),
    log,
    EVERY,
  )

beforeEach(async () => {
  lines = []
  ledger = await testLedger()
  for (const site of SITES) await publishSite(ledger, site)
  const logs = new Map(SITES.map(site => [`log.test/${site}`, [parseVerifierKey(ledger.signer(site).vkey)!]]))
  witnesses = [2, 3].map(fill => ({ ...testWitness(), key: aWitnessKey(`witness.test/${fill}`, fill), logs }))
  served = await Promise.all(witnesses.map(serveWitness))
  job = start()
})
afterEach(async () => {
  await job.stop()
  for (const one of served) await one.leave()
  witnesses.forEach(witness => witness.remove())
  await ledger.remove()
})

/** Grows a log by one entry and signs. */
async function grow(site = 'harbor'): Promise<number> {
  await appendDecisions(ledger, site, [aRefusal()])
  checkpoint(ledger, site)
  return ledger.store.log(site).size
}
const seenBy = (n: number, site = 'harbor') =>
  ledger.store.cosignedCheckpoint(site, witnesses[n]!.key.vkey)?.size
const namesIn = (note: string) => splitNote(note)!.lines.map(line => line.split(' ')[1])
const events = () => lines.map(line => line.event)
/** Time passes, and the timer comes round. */
const later = (milliseconds = EVERY) => {
  ledger.advance(milliseconds)
  return job.run()
}

test('every witness cosigns every grown log, and what they said is served with the checkpoint', async () => {
  for (let n = 0; n < 20; n++) await grow()
  await job.run()
  const { size, note } = newestCheckpoint(ledger.store, 'harbor')!
  expect(size).toBe(ledger.store.log('harbor').size)
  expect(namesIn(note)).toEqual(['log.test/harbor', 'witness.test/2', 'witness.test/3'])
  const { text, lines: signatures } = splitNote(note)!
  for (const { key } of witnesses)
    expect(cosignatureIn(text, signatures, parseWitnessKey(key.vkey)!)).toBeDefined()
  const before = size
  await grow()
  // The newest has none yet; the last one seen still holds.
  expect(namesIn(newestCheckpoint(ledger.store, 'harbor')!.note)).toEqual(['log.test/harbor'])
  expect(witnessedCheckpoint(ledger.store, 'harbor')).toEqual({ size: before, note })
  await later()
  expect([0, 1].map(n => seenBy(n))).toEqual([before + 1, before + 1])
  expect(SITES.map(site => seenBy(0, site)).every(Boolean)).toBe(true)
  expect(findingsIn(ledger)).toEqual([])
  expect(lines).toEqual([])
})

const checkpointIn = ({ evidence }: Receipt): string => readTlogProof(evidence.proof)!.checkpoint

test('a receipt carries a witnessed checkpoint as soon as there is one, and verifies as before', async () => {
  const decision = aDecision()
  await appendDecisions(ledger, 'harbor', [decision])
  const receipt = async () => (await receiptFor(ledger, 'harbor', decision.id))!
  expect(namesIn(checkpointIn(await receipt()))).toEqual(['log.test/harbor'])
  await later()
  await grow()
  const witnessed = await receipt()
  expect(namesIn(checkpointIn(witnessed))).toEqual(['log.test/harbor', 'witness.test/2', 'witness.test/3'])
  expect(await verifyReceipt(JSON.parse(JSON.stringify(witnessed)))).toMatchObject({ ok: true })
  // An entry that no witness has seen is covered all the same.
  const index = ledger.store.log('harbor').size - 1
  expect(checkpointCovering(ledger, 'harbor', index).size).toBe(index + 1)
})

test('what has not grown is not shown again within the hour', async () => {
  await job.run()
  const before = served[0]!.requests()
  for (let n = 0; n < 5; n++) await later()
  expect(served[0]!.requests()).toBe(before)
  await later(3_600_000)
  expect(served[0]!.requests()).toBe(before + SITES.length)
})

test('one request at a time for each witness, however often the timer comes round', async () => {
  let open = 0
  let most = 0
  let answered = 0
  served[0]!.answerWith((_, response) => {
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      answered++
      response.writeHead(500).end()
    })
  })
  await Promise.all([job.run(), job.run(), job.run()])
  expect({ most, answered }).toEqual({ most: 1, answered: SITES.length })
})

test('a witness that is down holds up nothing, is said once, asked ever more rarely, and found again', async () => {
  await served[0]!.leave()
  await job.run()
  expect(seenBy(1)).toBe(ledger.store.log('harbor').size)
  for (let n = 0; n < 20; n++) await later()
  const down = lines.filter(line => line.event === 'witness not reached')
  expect(down).toEqual([
    {
      level: 'warn',
      event: 'witness not reached',
      witness: 'witness.test/2',
      why: expect.stringContaining('ECONNREFUSED'),
    },
  ])
  expect(job.contradicted()).toEqual([])
  await served[0]!.comeBack()
  const before = served[0]!.requests()
  // 10 + 20 + 40 + 80 s: after 200 s it is asked again at 310 s and not before.
  await later()
  expect(served[0]!.requests()).toBe(before)
  await later(300_000)
  expect(seenBy(0)).toBe(ledger.store.log('harbor').size)
  expect(events()).toEqual(['witness not reached', 'witness reached again'])
})

test('where the witness knows another size, the proof is made from there', async () => {
  for (let n = 0; n < 7; n++) await grow()
  // Cosigned, and the answer lost on the way.
  const { note } = ledger.store.checkpoint('harbor')!
  expect(addCheckpoint(witnesses[0]!, formatRequest({ old: 0, proof: [], note })).answer.status).toBe(200)
  for (let n = 0; n < 5; n++) await grow()
  await job.run()
  expect([seenBy(0), seenBy(1)]).toEqual([ledger.store.log('harbor').size, ledger.store.log('harbor').size])
})

describe('an answer that is none is refused with what to do, and nothing is saved', () => {
  test.each<[string, number, string, string]>([
    ['nothing signed', 200, '', 'it signed with another key'],
    ['somebody else’s line', 200, '— w.example AAAAAAAAAA==\n', 'it signed with another key'],
    ['a conflict without a size', 409, 'many\n', 'it answered 409 without a size'],
    ['a conflict with what it was told', 409, '0\n', 'it answered 409 with 0, which is what it was told'],
    [
      'a log it does not watch',
      404,
      'Refused: who?\n',
      'it does not watch this log: give its operator the line',
    ],
    ['a key it does not know', 403, 'Refused.\n', "it does not know this log's key"],
    ['a redirect', 307, '', 'redirects are not followed'],
    ['a fault of its own', 503, 'a\u001b[31m b\n', 'it answered 503 (it says: a [31m b)'],
  ])('%s', async (_, status, body, why) => {
    served[0]!.answerWith((__, response) => response.writeHead(status, { Location: '/elsewhere' }).end(body))
    await job.run()
    expect(seenBy(0)).toBeUndefined()
    expect(seenBy(1)).toBeGreaterThan(0)
    expect(lines.map(line => [line.level, line.event, line['site']])).toEqual(
      SITES.map(site => ['warn', 'witness refused', site]),
    )
    expect(lines[0]!['why']).toContain(why)
    served[0]!.answerWith(undefined)
    await later(300_000)
    expect(seenBy(0)).toBe(ledger.store.log('harbor').size)
    expect(events().slice(SITES.length)).toEqual(SITES.map(() => 'witness cosigns again'))
  })

  test('more than any answer needs', async () => {
    served[0]!.answerWith((_, response) => response.writeHead(200).end('x'.repeat(100_000)))
    await job.run()
    expect(lines).toMatchObject([{ event: 'witness not reached', why: 'it answered more than 65536 bytes' }])
  })
})

test('a cosignature of an older checkpoint, sent again by the witness, is not believed of the newest', async () => {
  const { note } = ledger.store.checkpoint('harbor')!
  const { answer } = addCheckpoint(witnesses[0]!, formatRequest({ old: 0, proof: [], note }))
  await grow()
  served[0]!.answerWith((_, response) =>
    response.writeHead(200).end('line' in answer ? `${answer.line}\n` : ''),
  )
  await job.run()
  expect(seenBy(0)).toBeUndefined()
  expect(lines[0]!['why']).toContain('something else than was sent')
})

test('a witness of the older protocol says 409 to another tree of the size it knows: no less a contradiction', async () => {
  await job.run()
  served[0]!.answerWith((_, response) => response.writeHead(409).end(`${seenBy(0)!}\n`))
  await later(3_600_000)
  expect(job.contradicted()).toEqual(SITES.map(site => ({ site, witness: 'witness.test/2' })))
  expect(lines.filter(line => line.level === 'error').map(line => line.event)).toEqual(
    SITES.map(() => 'a witness contradicts this log'),
  )
})

test('a stop ends a request that would hang', async () => {
  served[0]!.answerWith(() => {})
  const under = job.run()
  await expect.poll(() => served[0]!.requests()).toBe(1)
  await job.stop()
  await under
  expect(events()).toEqual([])
})
