import { readConfig } from '../config.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import {
  erasedIn,
  planImport,
  storeImport,
  type ErasedSubjects,
  type ImportCounts,
} from '../ledger/import.ts'
import { BadExport, readExport, type ExportTrust, type WholeExport } from '../ledger/read-export.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData, type OpenData } from './data.ts'
import { linesIn } from './lines.ts'
import type { Terminal } from './terminal.ts'
import { whereAndWhy, wholeExport } from './verify-export.ts'
import { printable, readKeys } from './verify-receipt.ts'

export const importLog: Command = {
  usage: 'import <file> --site <key> [--key <vkey or file>] [--yes]',
  summary: "Takes the acts of another log's export into a site of the same key.",
  help: `
The whole file is checked first, and what would come of it is printed; with --yes it is stored. Each decision,
withdrawal, opt-in and opt-out becomes an entry of the type "imported", which says where it came from, and the texts it
rests on come along. It counts by the rule every act counts by, from when it was decided: it revives nothing that was
taken back since, and renews nothing that stands here. Imported again, it adds nothing; stopped in the middle, run it
again.

Browsers keep their history, for their subjects follow from the site's key. Addresses are in no export: an imported
opt-in permits no message, an imported opt-out counts for an address whose subject is known here.

  --site <key>      the site, published here under the same key
  --key <vkey or file>  the verifier key of the log it comes from, as GET /log/<site>/vkey gave it to you, or a file as
                    for "assent verify"; needed to store what this site's own key did not sign
  --yes             stores it
  --json            answers as JSON
${DATA_HELP}

Examples:
  assent import shop.ndjson --site shop
  assent import shop.ndjson --site shop --key "consent.example/shop+5bd8a2c1+AQ..." --yes

Exit codes: 0 done, or it could be, 1 the file does not hold or an act of it was refused, 2 not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    key: { type: 'string' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const [site, key] = [textFlag(flags['site']), textFlag(flags['key'])]
    if (site === undefined) throw new CommandError(`Write "assent ${importLog.usage}".`, EXIT.usage)
    const store = flags['yes'] === true
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: !store })
    try {
      if (!data.ledger.store.sites().includes(site))
        throw new CommandError(`There is no site "${site}" here: publish it first, or name another.`)
      const trust = key === undefined ? {} : { keys: readKeys(key) }
      const job = { file, site, trust, data, terminal }
      const { whole, counts, named, erased } = plan(job)
      const trusted = key !== undefined || whole.vkey === data.ledger.signer(site).vkey
      if (store && !trusted)
        throw new CommandError(
          `Nothing was stored: name the key you trust with --key. The file is signed by ${printable(whole.vkey)}; compare it with GET /log/${site}/vkey of the server it comes from.`,
        )
      const done = store ? await bring(job, named, erased) : counts
      report(flags['json'] === true, { ...job, whole, stored: store, trusted }, done)
      return done.refused.length === 0 ? EXIT.ok : EXIT.findings
    } catch (fault) {
      if (!(fault instanceof BadExport)) throw fault
      throw new CommandError(`${file}, ${printable(whereAndWhy(fault))}. Nothing was stored.`)
    } finally {
      await data.close()
    }
  },
}

interface Job {
  readonly file: string
  readonly site: string
  readonly trust: ExportTrust
  readonly data: OpenData
  readonly terminal: Terminal
}

function plan({ file, site, trust, data, terminal }: Job) {
  const erased = erasedIn(readExport(linesIn(file), trust))
  const planned = planImport(data.ledger, site, erased)
  const whole = wholeExport(file, trust, terminal, planned.see)
  planned.finish()
  return { whole, counts: planned.counts, named: planned.named, erased }
}

async function bring(
  { file, site, trust, data, terminal }: Job,
  named: ReadonlySet<string>,
  erased: ErasedSubjects,
): Promise<ImportCounts> {
  const { ledger } = data
  requireContinuity(ledger, site)
  const storing = storeImport(ledger, site, named, erased)
  try {
    for (const record of readExport(linesIn(file), trust)) {
      // oxlint-disable-next-line no-await-in-loop -- in the order of the file, some at a time
      await storing.see(record)
      if (record.kind === 'entry' && record.index % 1_000 === 0)
        terminal.progress(`${site}: ${record.index} entries of the file taken`)
    }
    await storing.finish()
  } catch (fault) {
    if (fault instanceof BadExport)
      throw new Error(`${file} was changed while it was read: check it, and run this again`, { cause: fault })
    throw fault
  } finally {
    terminal.progress('')
  }
  checkpoint(ledger, site)
  return storing.counts
}

interface Told extends Job {
  readonly whole: WholeExport
  readonly stored: boolean
  readonly trusted: boolean
}

function report(json: boolean, told: Told, counts: ImportCounts): void {
  const { file, site, terminal, whole, stored, trusted } = told
  const { imported, known, skipped, texts, refused } = counts
  const { header, vkey } = whole
  if (json) {
    const from = { origin: header.origin, entries: header.size, vkey }
    return terminal.out(JSON.stringify({ ok: refused.length === 0, site, stored, from, ...counts }, null, 2))
  }
  const others = Object.entries(skipped).map(([type, count]) => `${count} ${type}`)
  const lines = [
    `${file}: ${header.size} entries of the log "${header.origin}", signed by ${vkey}`,
    `  ${imported} acts ${stored ? 'were' : 'would be'} imported, with ${texts} texts; ${known} ${stored ? 'were' : 'are'} here already`,
    ...(others.length > 0
      ? [`  ${others.join(', ')} speak of that log alone, or of somebody it erased, and were passed over`]
      : []),
    ...refused.map(({ line, index, detail }) => `  refused: line ${line}, index ${index}: ${detail}`),
  ]
  lines.forEach(line => terminal.out(printable(line)))
  if (!stored)
    terminal.out(`Nothing was stored: --yes${trusted ? '' : ', with the key you trust as --key,'} stores it.`)
}
