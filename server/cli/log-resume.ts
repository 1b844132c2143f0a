import { root } from '../ledger/merkle.ts'
import { lossOf, resumeLog, type Loss } from '../ledger/resume.ts'
import type { Finding } from '../ledger/finding.ts'
import { verifySite } from '../ledger/verify.ts'
import { openAudit } from '../storage/open.ts'
import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite, type OpenData } from './data.ts'
import type { Terminal } from './terminal.ts'

export const logResume: Command = {
  usage: 'log resume <site> [--give-up <size>]',
  summary: 'Decides that a log goes on without entries that were signed and are lost.',
  help: `
  --give-up <size>  decides it: the size of the signed log that is given up, as this command shows it without the flag;
                    "unknown" where no checkpoint is left that says what was signed
${DATA_HELP}

For when the database is behind what was signed of it (an old backup), and the newer one is lost for good: put that back if
there is any hope. Without the flag nothing changes, and you see what would be given up. With it, an entry "log-resumed"
says for ever what was signed and is gone, the checkpoint that proves it is put aside in checkpoints/ and kept, the log is
signed as it is, and a running server takes decisions again a moment later. Whoever holds a receipt or a checkpoint of a
lost entry can show that the log no longer has it, and that stays so: tell those who check it. A witness that has seen them
cosigns this log no more: its operator begins another in an empty folder, and its key takes the place of the old one in
ASSENT_WITNESSES.

Examples:
  assent log resume shop
  assent log resume shop --give-up 48211

Exit codes: 0 the log goes on, or need not be resumed; 1 nothing was changed, 2 the command was not understood.`,
  options: { ...DATA_OPTION, 'give-up': { type: 'string' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const given = textFlag(flags['give-up'])
    const config = readConfig(dataFlag(flags), environment)
    const data = await openSite(config, site)
    try {
      const loss = lossOf(data.ledger, site)
      if (!loss) {
        terminal.out(`The log of "${site}" continues what was signed of it: there is nothing to decide.`)
        return EXIT.ok
      }
      requireSound(data, config.data, site, terminal)
      const size = loss.lost === undefined ? 'unknown' : String(loss.lost.size)
      for (const line of whatIsLost(data, site, loss)) terminal.out(line)
      if (given === undefined)
        throw new CommandError(
          `Nothing was changed. If the newer database is lost for good: assent log resume ${site} --give-up ${size}`,
        )
      if (given !== size)
        throw new CommandError(`Nothing was changed: what would be given up is ${size}, not ${given}.`)
      const { index, aside, entry } = await resumeLog(data.ledger, data.folders, site, loss)
      terminal.out(`The log of "${site}" goes on (index ${index}).`)
      if (aside !== undefined) terminal.out(`What was signed before is kept in ${aside}: leave it there.`)
      if (data.ledger.store.cosignedCheckpoint(site))
        terminal.out(
          'A witness that has seen what is gone cosigns this log no more, and /readyz says so: ask its operator for one in an empty folder, and put that key into ASSENT_WITNESSES.',
        )
      if (entry.vkey !== undefined)
        terminal.out(
          `The lost entries had changed the key: ${entry.vkey} signs on. If the one before it was compromised, say so again with "assent log-key compromised".`,
        )
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

function whatIsLost({ ledger }: OpenData, site: string, { entries, lost, differs }: Loss): string[] {
  const log = ledger.store.log(site)
  const last = ledger.store.entry(site, entries - 1)?.entry.receivedAt
  return [
    `The log of "${site}" here: ${entries} entries, root ${Buffer.from(root(log)).toString('base64')}, the last one received ${last === undefined ? 'never' : new Date(last).toISOString()}.`,
    lost === undefined
      ? 'What was signed of it last nobody can say: its checkpoint is missing, or signed by a key that is not here.'
      : `Signed: ${lost.size} entries, root ${lost.root}.`,
    ...(lost === undefined
      ? []
      : [
          differs
            ? `So the log here is another one: some of those ${lost.size} entries are not in it, or are not what was signed.`
            : `So the last ${lost.size - entries} entries of the signed log, from index ${entries} on, would be given up.`,
        ]),
  ]
}

/** Only a log that is whole in itself may go on: everything but what is kept outside of it has to hold. */
function requireSound({ ledger }: OpenData, folder: string, site: string, terminal: Terminal): void {
  const { audit, close } = openAudit(folder)
  const findings: Finding[] = []
  try {
    const signer = (name: string) => ({
      keys: ledger.signer(name).keys,
      kept: () => ledger.store.checkpoint(name)?.note,
    })
    for (const step of verifySite({ ...ledger, audit, signer }, site)) {
      // What is kept outside is what this decides about.
      if (step.kind === 'finding' && step.column === `checkpoints/${site}`) continue
      if (step.kind === 'finding') findings.push(step)
      else terminal.progress(`${step.entries} of ${step.of} entries checked`)
    }
    terminal.progress('')
  } finally {
    close()
  }
  const [first] = findings
  if (first)
    throw new CommandError(
      `This database does not hold in itself, so its log must not go on: ${first.column}: ${first.detail}${findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''}. Run "assent verify", and restore another backup.`,
    )
}
