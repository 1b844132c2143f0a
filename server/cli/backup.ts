import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { faultText } from '../../shared/domain/log.ts'
import { linesOf, recipientFault } from '../backup/age.ts'
import { backupName } from '../backup/names.ts'
import { writeBackup, type Source } from '../backup/write.ts'
import { readConfig, type Config } from '../config.ts'
import { backupFolder, deleteExpired, readAge } from './backup-folder.ts'
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
import { ledgerFolder } from './data.ts'
import { copyData, megabytes, type DataCopy } from './data-copy.ts'
import { holdFolder } from './folder-lock.ts'
import { onSignal } from './on-signal.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

export const backup: Command = {
  usage: 'backup --to <folder> --recipient <age1...>',
  summary: 'Writes an encrypted backup, beside a running server.',
  help: `
Makes two files, encrypted in the age format to a public key: assent-<time>.age holds the ledger, the API keys, the
signing keys and the checkpoints; assent-subject-keys-<time>.age holds nothing but the keys of the people in it.
Keep the second in another place and for a short time: who was erased is unreadable once the last of them is gone.
The master key is in neither.

  --to <folder>             where they go; it has to be there
  --keys-to <folder>        where assent-subject-keys-<time>.age goes instead
  --recipient <age1...>     who can open them; "assent backup key" makes one
  --recipients-file <file>  the same from a file, one a line; each of them can
  --keep <age>              deletes ledger backups in that folder older than this, such as 30d (h, d or w)
  --keep-keys <age>         deletes backups of subject keys older than this, such as 7d
  --json                    answers as JSON
${DATA_HELP}

Needs room for a copy of the databases in the data folder while it runs. What is not finished never has a
backup's name.

Examples:
  assent backup --to /backup --keys-to /elsewhere --recipient age1... --keep 30d --keep-keys 7d

  Every night, as a line of cron:
  15 3 * * *  cd /srv/assent && npx --no assent backup --to /backup --recipients-file /etc/assent/recipients

  Or as systemd: assent-backup.service with Type=oneshot and ExecStart=... backup ..., and assent-backup.timer with
  OnCalendar=*-*-* 03:15 and Persistent=true.

Exit codes: 0 written, 1 not written, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    to: { type: 'string' },
    'keys-to': { type: 'string' },
    recipient: { type: 'string' },
    'recipients-file': { type: 'string' },
    keep: { type: 'string' },
    'keep-keys': { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const asked = readFlags(flags)
    const config = readConfig(dataFlag(flags), environment)
    ledgerFolder(config)
    const to = backupFolder(asked.to, config.data)
    const keysTo = backupFolder(asked.keysTo ?? asked.to, config.data)
    const lock = holdFolder(config.data, 'backup')
    try {
      const made = await makeBackup(config, { ...asked, to, keysTo }, terminal)
      const now = Date.now()
      const deleted = [
        ...(asked.keep === undefined ? [] : deleteExpired(to, 'ledger', asked.keep, now)),
        ...(asked.keepKeys === undefined ? [] : deleteExpired(keysTo, 'subject-keys', asked.keepKeys, now)),
      ]
      report(terminal, config, { ...made, deleted }, asked)
      return EXIT.ok
    } finally {
      lock.release()
    }
  },
}

interface Asked {
  readonly to: string
  readonly keysTo?: string
  readonly recipients: readonly string[]
  readonly keep?: number
  readonly keepKeys?: number
  readonly json: boolean
}

function readFlags(flags: Invocation['flags']): Asked {
  const [to, keysTo, keep, keepKeys] = ['to', 'keys-to', 'keep', 'keep-keys'].map(n => textFlag(flags[n]))
  if (to === undefined) throw new CommandError('Say where to: assent backup --to <folder>.', EXIT.usage)
  return {
    to,
    ...(keysTo !== undefined && { keysTo }),
    recipients: recipientsOf(textFlag(flags['recipient']), textFlag(flags['recipients-file'])),
    ...(keep !== undefined && { keep: readAge('--keep', keep) }),
    ...(keepKeys !== undefined && { keepKeys: readAge('--keep-keys', keepKeys) }),
    json: flags['json'] === true,
  }
}

function recipientsOf(one: string | undefined, file: string | undefined): string[] {
  if (file !== undefined && !existsSync(file))
    throw new CommandError(`There is no file ${file} with recipients.`)
  const recipients = [
    ...(one === undefined ? [] : [one]),
    ...(file === undefined ? [] : linesOf(readFileSync(file, 'utf8'))),
  ]
  if (recipients.length === 0)
    throw new CommandError(
      'Say who shall be able to open it: --recipient <age1...>; "assent backup key <file>" makes one.',
      EXIT.usage,
    )
  for (const recipient of recipients) {
    const fault = recipientFault(recipient)
    // Not repeated: it may be the secret half.
    if (fault !== undefined) throw new CommandError(`A recipient cannot be used: ${fault}.`, EXIT.usage)
  }
  return recipients
}

interface Made {
  readonly ledger: string
  readonly subjectKeys: string
  readonly sizes: readonly [ledger: number, subjectKeys: number]
  readonly copy: DataCopy
}

/** Backups are named by their second: one made in the same second as another takes the next. */
async function freeSecond(to: string, keysTo: string): Promise<number> {
  for (;;) {
    const at = Math.floor(Date.now() / 1000) * 1000
    const names = [join(to, backupName('ledger', at)), join(keysTo, backupName('subject-keys', at))]
    if (!names.some(name => existsSync(name))) return at
    // oxlint-disable-next-line no-await-in-loop -- until it is over
    await wait(at + 1_000 - Date.now())
  }
}

async function makeBackup(
  config: Config,
  { to, keysTo, recipients }: Asked & { readonly keysTo: string },
  terminal: Terminal,
): Promise<Made> {
  // Of the data folder itself: a copy in the clear goes nowhere else.
  for (const left of readdirSync(config.data).filter(name => name.startsWith(STAGE)))
    rmSync(join(config.data, left), { recursive: true })
  const stage = mkdtempSync(join(config.data, STAGE))
  const at = await freeSecond(to, keysTo)
  const ledger = join(to, backupName('ledger', at))
  const subjectKeys = join(keysTo, backupName('subject-keys', at))
  const clean = () => {
    rmSync(stage, { recursive: true, force: true })
    for (const path of [ledger, subjectKeys]) rmSync(`${path}.partial`, { force: true })
  }
  const stopListening = onSignal(clean)
  try {
    const copy = await copyData(config, stage, terminal.progress)
    const write = (path: string, kind: 'ledger' | 'subject-keys', sources: readonly Source[]) =>
      writeBackup(path, {
        sources,
        about: { kind, assent: version(), madeAt: new Date(at).toISOString(), sites: copy.sites },
        recipients,
        progress: showing(terminal, sources),
      })
    const keys = await write(subjectKeys, 'subject-keys', copy.subjectKeys)
    const log = await write(ledger, 'ledger', copy.ledger)
    // The keys first: a ledger's backup is never there without those it needs.
    await keys.publish()
    await log.publish()
    return { ledger, subjectKeys, sizes: [log.size, keys.size], copy }
  } catch (cause) {
    throw explained(cause, to)
  } finally {
    stopListening()
    clean()
    terminal.progress('')
  }
}

const STAGE = '.backup-'
/** Has a line of its own. */
const MASTER_KEY = join('keys', 'master.key')

function showing(terminal: Terminal, sources: readonly Source[]): (bytes: number) => void {
  const of = sources.reduce((sum, { size }) => sum + size, 0)
  return bytes => terminal.progress(`${megabytes(bytes)} of ${megabytes(of)} encrypted`)
}

function explained(cause: unknown, to: string): unknown {
  if (cause instanceof CommandError) return cause
  if (/ENOSPC|EDQUOT|EFBIG|SQLITE_FULL|disk is full/.test(faultText(cause)))
    return new CommandError(
      `The disk is full, and nothing was kept of this backup: make room in ${to} and in the data folder.`,
      EXIT.findings,
      { cause },
    )
  return new Error("couldn't make the backup, and nothing was kept of it", { cause })
}

function report(
  terminal: Terminal,
  config: Config,
  { ledger, subjectKeys, sizes, copy, deleted }: Made & { readonly deleted: readonly string[] },
  { json, keepKeys }: Asked,
): void {
  if (json)
    return terminal.out(
      JSON.stringify(
        { ok: true, ledger, subjectKeys, sites: copy.sites, leftOut: copy.leftOut, deleted },
        null,
        2,
      ),
    )
  terminal.out(`${ledger}  ${megabytes(sizes[0])}`)
  for (const { site, entries } of copy.sites) terminal.out(`  ${site}: ${entries} entries`)
  terminal.out(`${subjectKeys}  ${megabytes(sizes[1])}`)
  for (const name of deleted) terminal.out(`deleted ${name}`)
  const others = copy.leftOut.filter(name => name !== MASTER_KEY)
  if (others.length > 0) terminal.out(`not in it: ${others.join(', ')}`)
  terminal.out(
    config.masterKey === undefined
      ? `The master key is in neither: keep a copy of ${config.masterKeyFile} where neither of the two is.`
      : 'The master key is in neither: keep ASSENT_MASTER_KEY where neither of the two is.',
  )
  if (keepKeys === undefined)
    terminal.err(
      'note: with --keep-keys 7d older backups of subject keys are deleted; as long as one is there, who was erased since can be read again with it.',
    )
}
