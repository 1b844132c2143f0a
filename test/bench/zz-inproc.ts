import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { checkCsv } from '../../server/marketing/lists/check-csv.ts'
import { loadedNumber, loadOptIns, strangersNumber } from './opt-ins.ts'
const data = process.env['LP_DATA'] ?? mkdtempSync('/tmp/lp/d-')
if (!process.env['LP_DATA']) {
  execFileSync(process.execPath, [
    'server/cli/main.ts',
    'site',
    'publish',
    'demo/loom/site.json',
    '--data',
    data,
  ])
  await loadOptIns(data)
  console.log('LP_DATA=' + data)
}
const { ledger, close } = await openData(readConfig({ data }, {}), Date.now)
const site = sitesIn(ledger.store)('loom')!
const rows = Number(process.argv[2] ?? 200000)
const national = (e164: string): string => `(${e164.slice(2, 5)}) ${e164.slice(5, 8)}-${e164.slice(8)}`
const either = () => (Math.random() < 0.5 ? loadedNumber() : strangersNumber())
const kinds: Record<string, () => string> = {
  known: loadedNumber,
  strangers: strangersNumber,
  messy: () => (Math.random() < 0.5 ? either() : national(either())),
}
async function* bytes(n: () => string) {
  let piece = 'name,phone,city\r\n'
  for (let i = 0; i < rows; i++) {
    piece += `Robin ${i},${n()},Kiel\r\n`
    if (piece.length > 65536) {
      yield Buffer.from(piece)
      piece = ''
    }
  }
  yield Buffer.from(piece)
}
for (const kind of (process.argv[3] ?? 'known,strangers,messy').split(',')) {
  const before = process.cpuUsage()
  const t = performance.now()
  const list = await checkCsv(
    ledger,
    site,
    {
      channel: 'sms',
      program: 'weekly',
      mode: 'annotate',
      senders: { isSilent: false, heard: [] },
      sendAt: Date.parse('2026-12-02T18:00:00Z'),
    },
    bytes(kinds[kind]!),
    'x',
  )
  let size = 0
  for await (const piece of list.text) size += Buffer.from(piece).length
  const s = await list.finish()
  const u = process.cpuUsage(before)
  console.log(
    kind,
    s.decisions,
    ((u.user + u.system) / rows).toFixed(2),
    'us cpu/row',
    ((performance.now() - t) / 1000).toFixed(1),
    's',
    size,
  )
}
await close()
