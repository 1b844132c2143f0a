import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { isStrongKey, readConfig, type Config } from '../config.ts'
import { syncFolderOf, writeDurably } from '../ledger/private-files.ts'
import type { KeyProvider } from '../subjects/key-provider.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { ledgerFolder, openData, type OpenData } from './data.ts'
import { holdFolder } from './folder-lock.ts'
import { keyInEnvironment, keyInFile, readKeyFile, writeKeyFile } from './master-key.ts'
import type { Terminal } from './terminal.ts'

export const masterKeyRotate: Command = {
  usage: 'master-key rotate [--discard] [--json]',
  summary: 'Changes the master key and wraps every subject key anew; beside a running server too.',
  help: `
  --discard         forgets a next key that was begun with, is lost, and that nothing uses yet
  --json            answers as JSON
${DATA_HELP}

A key in a file: makes a new one, puts it in the place of the old, and keeps the old as <file>.old-<time>. Backups of
subject-keys.db made before need that one: delete it once they are gone.

A key in the environment: set ASSENT_MASTER_KEY_NEW to the next one ("openssl rand -hex 32"), run this, then start the
server with it as ASSENT_MASTER_KEY; until then either of the two opens everything. The same moves a key from its file
into the environment.

No entry is touched, no address has to be given again. Interrupted at any moment, nothing is lost: run it again, and it
finishes what was begun. What was wrapped before there was a keyring keeps the old key as the root of the blind index.

Example:
  assent master-key rotate

Exit codes: 0 changed, 1 it could not be, 2 the command was not understood.`,
  options: { ...DATA_OPTION, discard: { type: 'boolean' }, json: { type: 'boolean' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const lock = holdFolder(ledgerFolder(config), 'master-key')
    const data = await openData(config, Date.now).catch((fault: unknown) => {
      lock.release()
      throw fault
    })
    try {
      if (flags['discard'] === true) data.masterKey.discard()
      const change = await changeKey(config, data)
      const { done, left } = await rewrap(data, terminal)
      const { provider } = data.masterKey.state()
      if (flags['json'] === true)
        terminal.out(JSON.stringify({ ...change, provider, rewrapped: done, left }, null, 2))
      else for (const line of report(change, { provider, done, left })) terminal.out(line)
      return left === 0 ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
      lock.release()
    }
  },
}

type Change =
  | { readonly kind: 'finished' }
  | { readonly kind: 'file'; readonly file: string; readonly old: string }
  | { readonly kind: 'environment'; readonly next: string }

/** Each step is on disk before the next one, and each may be the last before a crash. */
async function changeKey(config: Config, { masterKey }: OpenData): Promise<Change> {
  const next = nextInEnvironment(config)
  if (next) {
    await masterKey.prepare(next)
    return { kind: 'environment', next: next.id }
  }
  const { older, next: begun } = masterKey.state()
  // The key has its place already; what it wraps is still to be wrapped anew.
  if (older > 0 && begun === undefined) return { kind: 'finished' }
  if (config.masterKey !== undefined)
    throw new CommandError(
      'The master key comes from ASSENT_MASTER_KEY: set ASSENT_MASTER_KEY_NEW to the next one ("openssl rand -hex 32"), and run this again.',
    )
  const file = config.masterKeyFile
  await masterKey.prepare(keyInNewFile(`${file}.new`))
  return { kind: 'file', file, old: takePlace(file) }
}

function nextInEnvironment({ masterKeyNew }: Config): KeyProvider | undefined {
  return masterKeyNew === undefined ? undefined : keyInEnvironment(masterKeyNew)
}

function keyInNewFile(file: string): KeyProvider {
  // Cut off while it was written, it wraps nothing yet: that comes after it is on disk.
  if (existsSync(file) && !isStrongKey(readFileSync(file, 'utf8').trim())) rmSync(file)
  if (!existsSync(file)) writeKeyFile(file)
  return keyInFile(file)
}

/** Keeps the old key, then puts the new one in its place at once: there is always one of them, and whole. */
function takePlace(file: string): string {
  const old = `${file}.old-${new Date().toISOString().replaceAll(':', '-')}`
  writeDurably(old, `${readKeyFile(file).toString('hex')}\n`, 'wx')
  renameSync(`${file}.new`, file)
  syncFolderOf(file)
  return old
}

async function rewrap({ masterKey }: OpenData, terminal: Terminal): Promise<{ done: number; left: number }> {
  const { older } = masterKey.state()
  let [done, left] = [0, 0]
  for await (const batch of masterKey.rewrap()) {
    done += batch.done
    left += batch.left
    terminal.progress(`${done} of ${older} subject keys wrapped anew`)
  }
  terminal.progress('')
  return { done, left }
}

function report(
  change: Change,
  { provider, done, left }: { provider: string; done: number; left: number },
): string[] {
  const lines = [`${done} subject keys were wrapped anew.`]
  if (left > 0) lines.push(`${left} did not open and stay as they are: "assent verify" names them.`)
  switch (change.kind) {
    case 'finished':
      return [`The change to ${provider} that was begun earlier is finished.`, ...lines]
    case 'file':
      return [
        `The master key is ${provider} now, in ${change.file}; back it up.`,
        ...lines,
        `The old one is ${change.old}: delete it once no backup of subject-keys.db from before is left.`,
      ]
    case 'environment':
      return [
        `Everything opens with ${change.next} too. Start the server with it as ASSENT_MASTER_KEY, without ASSENT_MASTER_KEY_NEW; the old one opens nothing from then on.`,
        ...lines,
      ]
  }
}
