import { readConfig } from '../../server/config.ts'
import { openData } from '../../server/cli/data.ts'
import { linesIn } from '../../server/cli/lines.ts'
import { planImport, storeImport } from '../../server/ledger/import.ts'
import { readExport } from '../../server/ledger/read-export.ts'
import { SITE } from '../support/app.ts'

/** A process to be killed: stops, and says so, when a part of the file is stored. */
const [folder, file] = process.argv.slice(2) as [string, string]
const { ledger } = await openData(readConfig({ data: folder }, {}), Date.now)
const plan = planImport(ledger, SITE, new Map())
for (const record of readExport(linesIn(file))) plan.see(record)
plan.finish()
const storing = storeImport(ledger, SITE, plan.named, new Map())
for (const record of readExport(linesIn(file))) {
  await storing.see(record)
  if (storing.counts.imported === 0) continue
  process.stdout.write('in the middle\n')
  setInterval(() => {}, 1_000)
  await new Promise(() => {})
}
