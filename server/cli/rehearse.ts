import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DrillFault } from '../../shared/domain/entry.ts'
import { faultText } from '../../shared/domain/log.ts'
import { backupsIn } from '../backup/names.ts'
import type { Config } from '../config.ts'
import { compareWithCheckpoint, type Comparison } from '../ledger/compare-checkpoint.ts'
import type { DrillResult } from '../ledger/drill.ts'
import type { Finding } from '../ledger/finding.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { rootAt } from '../ledger/merkle.ts'
import { nodesOf } from '../ledger/nodes.ts'
import { unpackBackup, type BackupFiles, type UnpackedBackup } from './backup-files.ts'
import { checkManifest, verifyCopy } from './check-copy.ts'
import { openData } from './data.ts'
import { findingText } from './ledger-report.ts'
import { onSignal } from './on-signal.ts'
import { replayErasuresSince } from './replay-erasures.ts'
import type { Terminal } from './terminal.ts'

/** How it went for one log. */
export interface Rehearsed {
  readonly site: string
  readonly result: DrillResult
  /** For the operator, not for the log. */
  readonly why?: string
}

export interface RehearsedFrom {
  readonly from: string
  readonly keysFrom: string
  readonly identities: readonly string[]
}

/** Restores the newest backup beside the live data, and holds every live log against it; leaves nothing behind. */
export async function rehearse(
  config: Config,
  live: Ledger,
  from: RehearsedFrom,
  terminal: Terminal,
): Promise<Rehearsed[]> {
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
    const copy = await openData({ ...config, data: stage }, Date.now)
    try {
      const unlike = checkManifest(copy.ledger, unpacked.ledger)
      const kept = new Map(sites.map(site => [site, comparedWithKept(live, copy.ledger, site)]))
      for (const erasures of [stage, config.data])
        // oxlint-disable-next-line no-await-in-loop -- the older records first
        await replayErasuresSince(copy, join(erasures, 'erasures'), join(stage, 'erasures'))
      const findings = [...unlike, ...verifyCopy(copy, stage, terminal)]
      return sites.map(site =>
        compare(site, live, { unpacked, findings, took, at: newest.at, kept: kept.get(site) }),
      )
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
}: RehearsedFrom): (Omit<BackupFiles, 'identities'> & { at: number }) | { why: string } {
  const ledger = backupsIn(from, 'ledger').at(-1)
  if (!ledger) return { why: `there is no backup in ${from}` }
  const keys = backupsIn(keysFrom, 'subject-keys').find(file => file.at >= ledger.at)
  if (!keys)
    return {
      why: `there is no backup of subject keys in ${keysFrom} that is as new as ${ledger.name}: name the folder they are in with --keys-from`,
    }
  return { ledger: join(from, ledger.name), subjectKeys: join(keysFrom, keys.name), at: ledger.at }
}

/** What the copy, still as it was unpacked, is to the checkpoint that is kept of the live log. */
function comparedWithKept(live: Ledger, copy: Ledger, site: string): Comparison | undefined {
  const note = live.signer(site).kept()
  return note === undefined || copy.store.size(site) === 0
    ? undefined
    : compareWithCheckpoint(copy, site, note)
}

interface Found {
  readonly unpacked: UnpackedBackup
  readonly findings: readonly Finding[]
  readonly took: () => number
  readonly at: number
  readonly kept: Comparison | undefined
}

/** A restored log must be how the live one began, and the live one must go on from what is in the backup. */
function compare(site: string, live: Ledger, { unpacked, findings, took, at, kept }: Found): Rehearsed {
  const about = { backupAt: at, backupBytes: unpacked.size, milliseconds: took() }
  const failed = (fault: DrillFault, why: string): Rehearsed => ({
    site,
    why,
    result: { result: 'failed', fault, ...about },
  })
  const log = unpacked.ledger.sites.find(each => each.site === site)
  if (!log)
    return isNewer(live, site, at)
      ? { site, why: 'published after this backup', result: { result: 'held', ...about, entries: 0 } }
      : failed('log-missing', `the backup holds nothing of "${site}"`)
  const { entries, root } = log
  const own = findings.filter(finding => finding.site === site || finding.site === '')
  if (own.length > 0) return failed('not-sound', own.map(findingText).join('; '))
  if (live.store.size(site) < entries)
    return failed(
      'log-contradicted',
      `the backup has ${entries} entries, the live log fewer: it was cut or put back`,
    )
  if (Buffer.from(rootAt(entries, nodesOf(live.store, site, entries))).toString('base64') !== root)
    return failed('log-contradicted', `the live log does not begin with the ${entries} entries of the backup`)
  if (kept?.is === 'contradicted')
    return failed('log-contradicted', 'the backup does not fit the checkpoint that is kept of the live log')
  return { site, result: { result: 'held', ...about, entries, root } }
}

const isNewer = ({ store }: Ledger, site: string, at: number): boolean =>
  (store.entry(site, 0)?.entry.receivedAt ?? 0) >= at
