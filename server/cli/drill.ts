import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DrillFault } from '../../shared/domain/entry.ts'
import { faultText } from '../../shared/domain/log.ts'
import { backupsIn } from '../backup/names.ts'
import { readConfig, type Config } from '../config.ts'
import { compareWithCheckpoint } from '../ledger/compare-checkpoint.ts'
import { appendDrill, type DrillResult } from '../ledger/drill.ts'
import type { Finding } from '../ledger/finding.ts'
import { root, rootAt } from '../ledger/merkle.ts'
import { nodesOf } from '../ledger/nodes.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { backupFolder } from './backup-folder.ts'
import { identitiesIn, unpackBackup, type BackupFiles, type UnpackedBackup } from './backup-files.ts'
import { checkCopy } from './check-copy.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { ledgerFolder, openData } from './data.ts'
import { megabytes } from './data-copy.ts'
import { holdFolder } from './folder-lock.ts'
import { findingText } from './ledger-report.ts'
import { onSignal } from './on-signal.ts'
import { replayErasuresSince } from './replay-erasures.ts'
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
    const data = openData(config, Date.now)
    try {
      const rehearsed = await rehearse(config, data.ledger, { ...folders, identities }, terminal)
      const recorded = flags['dry-run'] === true ? [] : await record(data.ledger, rehearsed)
      report(terminal, rehearsed, recorded, flags['json'] === true)
      return rehearsed.every(({ result }) => result.result === 'held') ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
      lock.release()
    }
  },
}

/** How it went for one log. */
interface Rehearsed {
  readonly site: string
  readonly result: DrillResult
  /** For the operator, not for the log. */
  readonly why?: string
}

interface From {
  readonly from: string
  readonly keysFrom: string
  readonly identities: readonly string[]
}

async function rehearse(config: Config, live: Ledger, from: From, terminal: Terminal): Promise<Rehearsed[]> {
  const started = performance.now()
  const took = () => Math.round(performance.now() - started)
  const sites = live.store.sites()
  const failed = (fault: DrillFault, why: string, more: Partial<DrillResult> = {}): Rehearsed[] =>
    sites.map(site => ({ site, why, result: { result: 'failed', fault, milliseconds: took(), ...more } }))

  const newest = newestIn(from)
  if ('why' in newest) return failed('no-backup', newest.why)
  const about = { backupAt: newest.at }
  for (const left of readdirSync(config.data).filter(name => name.startsWith(STAGE)))
    rmSync(join(config.data, left), { recursive: true })
  const stage = mkdtempSync(join(config.data, STAGE))
  const clean = () => rmSync(stage, { recursive: true, force: true })
  const stopListening = onSignal(clean)
  try {
    const unpacked = await unpackBackup(stage, { ...newest, identities: from.identities }, terminal)
    const copy = openData({ ...config, data: stage }, Date.now)
    try {
      for (const erasures of [stage, config.data])
        replayErasuresSince(copy.ledger, join(erasures, 'erasures'))
      const findings = checkCopy(copy, stage, unpacked.ledger, terminal)
      return sites.map(site => compare(site, live, copy.ledger, { unpacked, findings, took, at: newest.at }))
    } finally {
      await copy.close()
    }
  } catch (fault) {
    return failed('not-restored', faultText(fault), about)
  } finally {
    stopListening()
    clean()
  }
}

const STAGE = '.drill-'

function newestIn({
  from,
  keysFrom,
}: From): (Omit<BackupFiles, 'identities'> & { at: number }) | { why: string } {
  const ledger = backupsIn(from, 'ledger').at(-1)
  if (!ledger) return { why: `there is no backup in ${from}` }
  const keys = backupsIn(keysFrom, 'subject-keys').find(file => file.at >= ledger.at)
  if (!keys)
    return { why: `there is no backup of subject keys in ${keysFrom} that is as new as ${ledger.name}` }
  return { ledger: join(from, ledger.name), subjectKeys: join(keysFrom, keys.name), at: ledger.at }
}

interface Found {
  readonly unpacked: UnpackedBackup
  readonly findings: readonly Finding[]
  readonly took: () => number
  readonly at: number
}

/** A restored log must be how the live one began, and the live one must go on from what is in the backup. */
function compare(
  site: string,
  live: Ledger,
  copy: Ledger,
  { unpacked, findings, took, at }: Found,
): Rehearsed {
  const about = { backupAt: at, backupBytes: unpacked.size, milliseconds: took() }
  const failed = (fault: DrillFault, why: string): Rehearsed => ({
    site,
    why,
    result: { result: 'failed', fault, ...about },
  })
  const log = copy.store.log(site)
  if (log.size === 0)
    return isNewer(live, site, at)
      ? { site, why: 'published after this backup', result: { result: 'held', ...about, entries: 0 } }
      : failed('log-missing', `the backup holds nothing of "${site}"`)
  const own = findings.filter(finding => finding.site === site || finding.site === '')
  if (own.length > 0) return failed('not-sound', own.map(findingText).join('; '))
  if (live.store.log(site).size < log.size)
    return failed(
      'log-contradicted',
      `the backup has ${log.size} entries, the live log fewer: it was cut or put back`,
    )
  if (Buffer.compare(rootAt(log.size, nodesOf(live.store, site)), root(log)) !== 0)
    return failed(
      'log-contradicted',
      `the live log does not begin with the ${log.size} entries of the backup`,
    )
  const note = live.signer(site).kept()
  const kept = note === undefined ? undefined : compareWithCheckpoint(copy, site, note)
  if (kept?.is === 'contradicted')
    return failed('log-contradicted', 'the backup does not fit the checkpoint that is kept of the live log')
  return {
    site,
    result: {
      result: 'held',
      ...about,
      entries: log.size,
      root: Buffer.from(root(log)).toString('base64'),
    },
  }
}

const isNewer = ({ store }: Ledger, site: string, at: number): boolean =>
  (store.entry(site, 0)?.entry.receivedAt ?? 0) >= at

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
