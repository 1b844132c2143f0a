import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EVIDENCE_REASONS, type EvidenceReason } from '../../shared/domain/evidence.ts'
import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../shared/domain/language.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { readConfig, type Config } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { mintId } from '../ledger/mint-id.ts'
import { evidencePack, languageOf } from '../marketing/evidence/pack.ts'
import { evidencePage } from '../marketing/evidence/page.ts'
import { readEvidence, type EvidenceMessage } from '../marketing/evidence/read.ts'
import { zip } from '../marketing/evidence/zip.ts'
import { messagesOf } from '../messages/log.ts'
import { openMessages } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { MOMENT_HELP, MOMENT_OPTIONS, readMoments } from './moments.ts'
import { writeNew, writeNewFolder } from './new-files.ts'

export const evidence: Command = {
  usage: 'evidence <site> --channel <channel> --address <address> --program <id> --out <place>',
  summary: 'Proves one consent: a page to print, with a receipt for every entry.',
  help: `
  --channel <channel>  email or sms
  --address <address>  in any spelling
  --program <id>    id of a program of the site
  --out <place>     a new file that ends in .html (the page) or .zip (the pack), or a new folder (the pack)
${MOMENT_HELP}
  --language <tag>  of the page: ${DOCUMENT_LANGUAGES.join(', ')}; the one its person was shown, when left out
  --masked          shows the address in part, and nothing else that is private
  --reason <word>   why it is read, for the log: ${EVIDENCE_REASONS.join(', ')}
${DATA_HELP}

The pack holds the page, a receipt for each entry, what was shown, the signed checkpoint, and verify.mjs: thirty lines that
check all of it with nothing but Node, without a network. It holds personal data; files are readable by you alone. That it was
read is an entry of the log.

Example:
  assent evidence shop --channel sms --address +12025550123 --program news --out evidence.zip

Exit codes: 0 written, 1 nothing is on record of this address, or it could not be, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    ...MOMENT_OPTIONS,
    channel: { type: 'string' },
    address: { type: 'string' },
    program: { type: 'string' },
    out: { type: 'string' },
    language: { type: 'string' },
    masked: { type: 'boolean' },
    reason: { type: 'string' },
  },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const [channel, address, program, out] = ['channel', 'address', 'program', 'out'].map(name =>
      textFlag(flags[name]),
    )
    if (!isChannel(channel) || !address || !program || !out)
      throw new CommandError(
        `Write "assent ${evidence.usage}", with ${CHANNELS.join(' or ')} as the channel.`,
        EXIT.usage,
      )
    // Before it is read: what is not written anywhere was not worth an entry.
    if (existsSync(out))
      throw new CommandError(`${out} is there already: name a new file or folder.`, EXIT.usage)
    if (!existsSync(dirname(out)))
      throw new CommandError(
        `${out} cannot be written: make its folder first, or name another place.`,
        EXIT.usage,
      )
    const reason = readReason(textFlag(flags['reason']))
    const language = readLanguage(textFlag(flags['language']))
    const moments = readMoments(flags)
    const config = readConfig(dataFlag(flags), environment)
    const data = await openSite(config, key)
    try {
      const { ledger } = data
      requireContinuity(ledger, key)
      const found = await readEvidence(
        ledger,
        sitesIn(ledger.store)(key)!,
        { channel, address, program, ...moments, ...(flags['masked'] === true && { masked: true }) },
        { id: mintId(ledger.now()), actor: 'command:evidence', ...(reason && { reason }) },
        subject => messagesIn(ledger, config, key, subject),
      )
      if ('detail' in found) throw new CommandError(`The address cannot be one: ${found.detail}.`, EXIT.usage)
      const tongue = language ?? languageOf(found) ?? 'en'
      if (out.endsWith('.html')) writeNew(out, evidencePage(found, tongue))
      else if (out.endsWith('.zip')) writeNew(out, zip(evidencePack(found, tongue), found.madeAt))
      else writeNewFolder(out, evidencePack(found, tongue))
      const { now, lines } = found
      terminal.out(
        `${found.address} by ${channel}, ${program}: ${now.decision} (${now.reason}), ${lines.length} entries`,
      )
      terminal.out(
        `The evidence is in ${out}${out.endsWith('.html') || out.endsWith('.zip') ? '' : `: open ${join(out, 'evidence.html')}`}.`,
      )
      return found.subject === undefined ? EXIT.findings : EXIT.ok
    } finally {
      await data.close()
    }
  },
}

async function messagesIn(
  ledger: Ledger,
  { data }: Config,
  site: string,
  subject: string,
): Promise<readonly EvidenceMessage[]> {
  const { messages, close } = openMessages(data, { readonly: true })
  try {
    return await messagesOf({ ledger, messages }, site, subject)
  } finally {
    close()
  }
}

function readReason(given: string | undefined): EvidenceReason | undefined {
  const reason = EVIDENCE_REASONS.find(known => known === given)
  if (given !== undefined && !reason)
    throw new CommandError(`--reason is one of: ${EVIDENCE_REASONS.join(', ')}.`, EXIT.usage)
  return reason
}

function readLanguage(given: string | undefined): DocumentLanguage | undefined {
  const language = DOCUMENT_LANGUAGES.find(known => known === given)
  if (given !== undefined && !language)
    throw new CommandError(`--language is one of: ${DOCUMENT_LANGUAGES.join(', ')}.`, EXIT.usage)
  return language
}
