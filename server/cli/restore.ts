import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { readConfig, type Config } from '../config.ts'
import { keptErasuresFiles } from '../ledger/kept-erasures.ts'
import { readSecret, syncFolder, writeDurably } from '../ledger/private-files.ts'
import { identitiesIn, readNote, unpackBackup, type UnpackedBackup } from './backup-files.ts'
import { checkManifest, verifyCopy } from './check-copy.ts'
import {
  CommandError,
  DATA_HELP,
  DATA_OPTION,
  EXIT,
  dataFlag,
  textFlag,
  type Command,
  type Invocation,
} from './command.ts'
import { openData } from './data.ts'
import { megabytes } from './data-copy.ts'
import { pauseRestoredHooks } from './hooks/pause-restored.ts'
import type { Finding } from '../ledger/finding.ts'
import { findingText } from './ledger-report.ts'
import { onSignal } from './on-signal.ts'
import { replayErasuresSince } from './replay-erasures.ts'
import { compareWithKept, settleKept, type KeptNote, type Settled } from './restored-checkpoints.ts'
import type { Terminal } from './terminal.ts'

export const restore: Command = {
  usage: 'restore <backup.age> --subject-keys <file.age> --identity <file> --data <folder>',
  summary: 'Makes a data folder of a backup, checks it, and says what it is good for.',
  help: `
Into a place where nothing is: a folder that is empty or not there. It is named so only when all of it is
unpacked, the erasures since are repeated, and it was verified.

  --subject-keys <file>  the backup of the subject keys: of the same time, or any later one
  --identity <file>      what opens both ("assent backup key", age-keygen)
  --master-key <file>    the installation's master key, put into the new folder; not needed where
                         ASSENT_MASTER_KEY or ASSENT_MASTER_KEY_FILE gives it
  --erasures <folder>    records of erasures since, <data>/erasures of the lost server: who was erased stays erased
  --checkpoint <path>    the last checkpoint you have of each log, kept elsewhere: a file, or a folder as
                         <data>/checkpoints of the lost server is one
  --json                 answers as JSON
${DATA_HELP}

A log that continues the checkpoint you give is served as before. One that is behind it, or of which you give none, takes
nothing and signs nothing until you decide: what was signed after the backup is lost, and whoever holds a
receipt of it can show that.

Example:
  assent restore /backup/assent-20261122T031500Z.age --identity assent-backup.key --master-key master.key \\
    --subject-keys /elsewhere/assent-subject-keys-20261122T031500Z.age --data ./restored

Exit codes: 0 restored and everything holds, 1 not restored, or something does not hold, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    'subject-keys': { type: 'string' },
    identity: { type: 'string' },
    'master-key': { type: 'string' },
    erasures: { type: 'string' },
    checkpoint: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [backup = ''], terminal, environment }) {
    const asked = readFlags(backup, flags)
    const config = withMasterKey(readConfig(dataFlag(flags), environment), asked.masterKey)
    requireEmpty(config.data)
    const restored = await restoreInto(config, asked, terminal)
    report(terminal, config, restored, asked)
    return restored.findings.length === 0 ? EXIT.ok : EXIT.findings
  },
}

interface Asked {
  readonly ledger: string
  readonly subjectKeys: string
  readonly identities: readonly string[]
  readonly masterKey?: string
  readonly erasures?: string
  readonly checkpoint?: string
  readonly json: boolean
}

function readFlags(ledger: string, flags: Invocation['flags']): Asked {
  const [subjectKeys, identity, masterKey, erasures, checkpoint] = [
    'subject-keys',
    'identity',
    'master-key',
    'erasures',
    'checkpoint',
  ].map(name => textFlag(flags[name]))
  if (identity === undefined)
    throw new CommandError('Say what opens the backup: --identity <file>.', EXIT.usage)
  if (subjectKeys === undefined)
    throw new CommandError(
      'Say where the subject keys are: --subject-keys <assent-subject-keys-<time>.age>. Without them nothing that is sealed opens.',
      EXIT.usage,
    )
  if (erasures !== undefined && !existsSync(erasures))
    throw new CommandError(`There is no folder ${erasures} with records of erasures.`)
  if (erasures !== undefined && keptErasuresFiles(erasures).length === 0)
    throw new CommandError(
      `${erasures} holds no record of an erasure: name the erasures folder of the lost data folder.`,
    )
  return {
    ledger,
    subjectKeys,
    identities: identitiesIn(identity),
    ...(masterKey !== undefined && { masterKey }),
    ...(erasures !== undefined && { erasures }),
    ...(checkpoint !== undefined && { checkpoint }),
    json: flags['json'] === true,
  }
}

function withMasterKey(config: Config, file: string | undefined): Config {
  if (file !== undefined) {
    if (config.masterKey !== undefined)
      throw new CommandError('ASSENT_MASTER_KEY and --master-key are both given: keep one.', EXIT.usage)
    return { ...config, masterKeyFile: resolve(file) }
  }
  if (config.masterKey === undefined && !existsSync(config.masterKeyFile))
    throw new CommandError(
      'Give the master key of this installation: --master-key <file>, or ASSENT_MASTER_KEY or ASSENT_MASTER_KEY_FILE. It is in no backup.',
    )
  return config
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory()) throw new CommandError(`${folder} is no folder: name one with --data.`)
  const names = readdirSync(folder)
  if (names.length === 0) return
  throw new CommandError(
    names.includes('ledger.db')
      ? `${folder} holds a ledger, and nothing is restored over one: name an empty folder with --data.`
      : `${folder} is not empty (${names[0]}): name an empty folder with --data.`,
  )
}

interface Restored extends UnpackedBackup {
  readonly findings: readonly Finding[]
  readonly erased: number
  readonly settled: readonly Settled[]
  /** Hooks that wait for somebody to resume them. */
  readonly paused: number
}

async function restoreInto(config: Config, asked: Asked, terminal: Terminal): Promise<Restored> {
  const parent = dirname(config.data)
  mkdirSync(parent, { recursive: true })
  // Beside its place, so that taking it is one rename; hidden, and no data folder until then.
  const prefix = `.${basename(config.data)}-restoring-`
  for (const left of readdirSync(parent).filter(name => name.startsWith(prefix))) {
    rmSync(join(parent, left), { recursive: true })
    terminal.err(`note: ${join(parent, left)}, which a restore left that was cut off, is deleted.`)
  }
  const stage = mkdtempSync(join(parent, prefix))
  const clean = () => rmSync(stage, { recursive: true, force: true })
  const stopListening = onSignal(clean)
  try {
    const unpacked = await unpackBackup(stage, asked, terminal)
    if (asked.masterKey !== undefined) {
      mkdirSync(join(stage, 'keys'), { recursive: true, mode: 0o700 })
      writeDurably(join(stage, 'keys', 'master.key'), readSecret(asked.masterKey), 'wx')
    }
    const checked = await check({ ...config, data: stage }, unpacked, asked, terminal)
    requireEmpty(config.data)
    renameSync(stage, config.data)
    syncFolder(parent)
    return { ...unpacked, ...checked }
  } finally {
    stopListening()
    clean()
  }
}

async function check(
  config: Config,
  { ledger: manifest }: UnpackedBackup,
  { erasures, checkpoint }: Asked,
  terminal: Terminal,
): Promise<Pick<Restored, 'findings' | 'erased' | 'settled' | 'paused'>> {
  const data = await openData(config, Date.now)
  try {
    const unlike = checkManifest(data.ledger, manifest)
    const compared = compareWithKept(data, checkpoint === undefined ? [] : notesIn(checkpoint))
    let erased = 0
    for (const records of [join(config.data, 'erasures'), ...(erasures === undefined ? [] : [erasures])])
      // oxlint-disable-next-line no-await-in-loop -- the older records first
      erased += await replayErasuresSince(data, records, join(config.data, 'erasures'))
    const findings = [...unlike, ...verifyCopy(data, config.data, terminal)]
    // Last: a checkpoint that holds a log back is, to verify, a finding.
    return {
      erased,
      findings,
      settled: settleKept(data, compared),
      paused: pauseRestoredHooks(config.data),
    }
  } finally {
    await data.close()
  }
}

/** Of a folder, what is kept of each log; whatever else was put aside there says nothing of today. */
function notesIn(path: string): KeptNote[] {
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  const names = isFolder ? readdirSync(path).filter(name => /^[a-z][a-z0-9-]*$/.test(name)) : []
  return (isFolder ? names.map(name => join(path, name)) : [path]).map(name => ({
    name,
    note: readNote(name),
  }))
}

function report(
  { out, err, paint }: Terminal,
  { data }: Config,
  { ledger: manifest, size, findings, erased, settled, paused }: Restored,
  { json, erasures }: Asked,
): void {
  if (json)
    return out(
      JSON.stringify(
        {
          ok: findings.length === 0,
          data,
          madeAt: manifest.madeAt,
          erased,
          sites: settled,
          pausedHooks: paused,
          findings,
        },
        null,
        2,
      ),
    )
  out(`${data} is the backup of ${manifest.madeAt} (${megabytes(size)}), made by Assent ${manifest.assent}.`)
  for (const { site, entries, says, next } of settled) {
    const own = findings.filter(f => f.site === site)
    out(
      `${paint('strong', site)}: ${entries} entries, ${own.length === 0 ? paint('good', 'everything holds') : paint('bad', `${own.length} findings`)}`,
    )
    own.forEach(f => out(`  ${findingText(f)}`))
    out(`  ${says}`)
    if (next !== undefined) out(`  ${paint('bad', 'next')}: ${next}`)
  }
  findings
    .filter(f => !settled.some(s => s.site === f.site))
    .forEach(f => out(`${paint('bad', 'finding')}: ${findingText(f)}`))
  out(`Erasures repeated: ${erased}.`)
  if (erasures === undefined)
    err(
      'note: without --erasures, whoever was erased after this backup can be read again: restore with <data>/erasures of the lost server, or erase them once more.',
    )
  if (paused > 0)
    err(
      `note: ${paused} of its hooks ${paused === 1 ? 'is' : 'are'} paused, or a copy would tell other systems what the original tells them: "assent hook list --data ${data}", then "assent hook resume". Remove again whatever was removed since.`,
    )
  err(
    `note: API keys are as they were then: "assent key list --data ${data}" names them; revoke again whatever was revoked since.`,
  )
}
