import { join } from 'node:path'
import { faultText } from '../../shared/domain/log.ts'
import { readConfig } from '../config.ts'
import { isProjected } from '../ledger/audit.ts'
import type { Finding } from '../ledger/finding.ts'
import { logFormat } from '../ledger/log-format.ts'
import { rebuildSite } from '../ledger/rebuild.ts'
import { signersIn } from '../ledger/signer.ts'
import { verifyLedger, verifySite } from '../ledger/verify.ts'
import { openAudit, openRepair } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { ledgerFolder, openData } from './data.ts'
import { findingText } from './ledger-report.ts'
import type { Terminal } from './terminal.ts'

export const rebuild: Command = {
  usage: 'rebuild [--site <key>] [--check] [--json]',
  summary: 'Makes every projection again from the entries, where verify says that one differs.',
  help: `
Where subjects stand, what is published, ids, tree and times of the log: all of it follows from the entries and is made
again, each site in one transaction. Stopped in the middle, it leaves all as it was; run again, it changes nothing. It
refuses entries that are not the ones that were signed, and a ledger that a server has open: stop that first, decisions
wait in the browsers.

  --site <key>      this site only
  --check           changes nothing, and says what differs; beside a running server too
  --json            answers as JSON
${DATA_HELP}

Examples:
  assent rebuild --check
  assent rebuild --site shop

Exit codes: 0 rebuilt, or nothing differs, 1 something differs or was refused, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const folder = ledgerFolder(config)
    const site = textFlag(flags['site'])
    const json = flags['json'] === true
    if (flags['check'] !== true) return makeAgain(folder, site, json, terminal)
    const data = await openData(config, Date.now, { readonly: true })
    const { audit, close } = openAudit(folder)
    try {
      requireSite(site, audit.sites(), folder)
      const steps =
        site === undefined
          ? verifyLedger({ ...data.ledger, audit })
          : verifySite({ ...data.ledger, audit }, site)
      return tellDifferences(steps, json, terminal)
    } finally {
      close()
      await data.close()
    }
  },
}

function requireSite(site: string | undefined, sites: readonly string[], folder: string): void {
  if (site !== undefined && !sites.includes(site))
    throw new CommandError(
      `There is no log of "${site}" in ${folder}: "assent site list" names those there are.`,
    )
}

function makeAgain(folder: string, only: string | undefined, json: boolean, terminal: Terminal): number {
  const { repair, close } = openRepair(folder, logFormat)
  const folders = { keys: join(folder, 'keys'), checkpoints: join(folder, 'checkpoints') }
  const signer = signersIn({ folders, store: repair, now: Date.now })
  try {
    const all = repair.sites()
    requireSite(only, all, folder)
    const sites = (only === undefined ? all : [only]).map(site => {
      try {
        const entries = run(rebuildSite(repair, signer, site), site, terminal)
        if (!json) terminal.out(`${terminal.paint('strong', site)}: made again from ${entries} entries`)
        return { site, entries }
      } catch (fault) {
        // One site that is broken holds up no other.
        if (!json) terminal.err(`assent: ${faultText(fault)}`)
        return { site, refused: faultText(fault) }
      }
    })
    const ok = sites.every(site => !('refused' in site))
    if (json) terminal.out(JSON.stringify({ ok, sites }, null, 2))
    return ok ? EXIT.ok : EXIT.findings
  } finally {
    close()
  }
}

function run(steps: Generator<number, number>, site: string, terminal: Terminal): number {
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      terminal.progress(`${site}: ${step.value} entries read again`)
    }
  } finally {
    terminal.progress('')
  }
}

function tellDifferences(steps: ReturnType<typeof verifyLedger>, json: boolean, terminal: Terminal): number {
  const differing: Finding[] = []
  let others = 0
  for (const step of steps) {
    if (step.kind === 'progress')
      terminal.progress(`${step.site}: ${step.entries} of ${step.of} entries compared`)
    else if (!isProjected(step.column.split('.')[0]!)) others++
    else {
      const { kind: _, ...finding } = step
      differing.push(finding)
    }
  }
  terminal.progress('')
  const ok = differing.length === 0 && others === 0
  if (json) terminal.out(JSON.stringify({ ok, differing, others }, null, 2))
  else {
    if (differing.length === 0) terminal.out('Every projection is what its entries say.')
    differing.forEach(f => terminal.out(`${terminal.paint('bad', f.site)}: ${findingText(f)}`))
    if (others > 0) terminal.out(`${others} findings are not of projections: run assent verify.`)
  }
  return ok ? EXIT.ok : EXIT.findings
}
