import { randomUUID } from 'node:crypto'
import { faultText } from '../../shared/domain/log.ts'
import { readConfig } from '../config.ts'
import { appendDrill } from '../ledger/drill.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { backupFolder } from './backup-folder.ts'
import { identitiesIn } from './backup-files.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { ledgerFolder, openData } from './data.ts'
import { megabytes } from './data-copy.ts'
import { holdFolder } from './folder-lock.ts'
import { rehearse, type Rehearsed } from './rehearse.ts'
import type { Terminal } from './terminal.ts'

export const drill: Command = {
  usage: 'drill --from <folder> --identity <file>',
  summary: 'Restores the newest backup to a place of its own, verifies it, and records the result.',
  help: `
Beside a running server. The copy is unpacked in the data folder, replayed, held against the live logs and what they
signed, measured and removed. Each live log gets an entry that says how it went, whichever way.

  --from <folder>       where backups are
  --keys-from <folder>  where the backups of subject keys are instead
  --identity <file>     what opens them ("assent backup key", age-keygen)
  --dry-run             records nothing
  --json                answers as JSON
${DATA_HELP}

Example:
  assent drill --from /backup --keys-from /elsewhere --identity assent-backup.key

Exit codes: 0 it can be restored, 1 it cannot or does not fit, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    from: { type: 'string' },
    'keys-from': { type: 'string' },
    identity: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const [from, keysFrom, identity] = ['from', 'keys-from', 'identity'].map(name => textFlag(flags[name]))
    if (from === undefined || identity === undefined)
      throw new CommandError('Write "assent drill --from <folder> --identity <file>".', EXIT.usage)
    const identities = identitiesIn(identity)
    const config = readConfig(dataFlag(flags), environment)
    ledgerFolder(config)
    const folders = {
      from: backupFolder(from, config.data),
      keysFrom: backupFolder(keysFrom ?? from, config.data),
    }
    const lock = holdFolder(config.data, 'backup')
    const data = await openData(config, Date.now)
    try {
      const rehearsed = await rehearse(config, data.ledger, { ...folders, identities }, terminal)
      const recorded = flags['dry-run'] === true ? [] : await record(data.ledger, rehearsed)
      report(terminal, rehearsed, recorded, flags['json'] === true)
      const held = rehearsed.every(({ result }) => result.result === 'held')
      return held && recorded.every(each => each.why === undefined) ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
      lock.release()
    }
  },
}

interface Recorded {
  readonly site: string
  readonly index?: number
  readonly why?: string
}

/** One log that takes nothing at the moment keeps no other from hearing of it. */
async function record(ledger: Ledger, rehearsed: readonly Rehearsed[]): Promise<Recorded[]> {
  const id = randomUUID()
  const recorded: Recorded[] = []
  for (const { site, result } of rehearsed)
    try {
      // oxlint-disable-next-line no-await-in-loop -- one log after the other
      recorded.push({ site, index: await appendDrill(ledger, site, id, result) })
    } catch (fault) {
      recorded.push({ site, why: faultText(fault) })
    }
  return recorded
}

function report(
  { out, paint }: Terminal,
  rehearsed: readonly Rehearsed[],
  recorded: readonly Recorded[],
  json: boolean,
): void {
  const at = (site: string) => recorded.find(each => each.site === site)
  if (json) {
    const sites = rehearsed.map(({ site, why, result }) => ({ site, ...result, why, recorded: at(site) }))
    return out(JSON.stringify({ ok: rehearsed.every(r => r.result.result === 'held'), sites }, null, 2))
  }
  if (rehearsed.length === 0) out('There is no site, and so nothing to rehearse: publish one first.')
  for (const { site, why, result } of rehearsed) {
    const { backupAt, entries, backupBytes, milliseconds } = result
    const made = backupAt === undefined ? 'no backup' : `the backup of ${new Date(backupAt).toISOString()}`
    const size = backupBytes === undefined ? '' : `, ${megabytes(backupBytes)}`
    out(
      result.result === 'held'
        ? `${paint('strong', site)}: ${paint('good', 'can be restored')} from ${made}${size}: ${entries} entries, ${(milliseconds / 1000).toFixed(1)} s${why === undefined ? '' : ` (${why})`}`
        : `${paint('strong', site)}: ${paint('bad', `failed (${result.fault})`)}, ${made}: ${why}`,
    )
    const entry = at(site)
    if (entry?.index !== undefined) out(`  recorded at index ${entry.index}`)
    if (entry?.why !== undefined) out(`  ${paint('bad', 'not recorded')}: ${entry.why}`)
  }
}
