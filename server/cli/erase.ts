import { existsSync } from 'node:fs'
import { writeDurably } from '../ledger/private-files.ts'
import { ERASURE_REASONS, type ErasureReason } from '../../shared/domain/erasure.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '../config.ts'
import { certificateOf } from '../erasure/certificate.ts'
import { erasedAnswer } from '../erasure/answer.ts'
import type { Erased } from '../erasure/erase.ts'
import { replayErasures } from '../erasure/replay.ts'
import { readConfiguration } from '../inventory/current.ts'
import { chainOf } from '../ledger/chain.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import { keptErasuresFile } from '../ledger/kept-erasures.ts'
import { findAddress, type FoundAddress } from '../marketing/find-address.ts'
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
import { openData, type OpenData } from './data.ts'
import { actText } from './latest-acts.ts'
import { masked } from './masked.ts'
import type { Terminal } from './terminal.ts'

/** Acts shown before they are erased. */
const SHOWN = 10

export const erase: Command = {
  usage:
    'erase <site> --email <address> | --phone <number> | --subject <id> [--yes] [--certificate <file>] [--json]',
  summary: 'Destroys everything private of one person, for good; beside a running server too.',
  help: `
  --email <address>     whose: an e-mail address
  --phone <number>      whose: a telephone number; without + and country code, of a country the site writes to
  --subject <id>        whose: a subject, as "assent verify --id" and histories name it
  --reason <word>       one of ${ERASURE_REASONS.join(', ')} (default request)
  --yes                 does not ask first
  --certificate <file>  writes what shows that it was done: "assent verify <file>" checks it. Later, with --subject only:
                        nothing leads there from an address any more
  --json                answers as JSON
${DATA_HELP}

What goes: the sealed address, network, browser and page of every opt-in, with their salts; the key that opened them,
so that copies in backups stay closed; and what led from the address to them. What stays: the entries of the log, which
name nobody, with all their proofs; and that this address is not to be written to, until it says yes again.

Example:
  assent erase shop --email robin@mail.example --certificate robin.json

Exit codes: 0 erased, or erased before; 1 nobody was found, it could not be, or no certificate was written; 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    email: { type: 'string' },
    phone: { type: 'string' },
    subject: { type: 'string' },
    reason: { type: 'string' },
    yes: { type: 'boolean' },
    certificate: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const whose = readWhose(flags)
    const reason = readReason(textFlag(flags['reason']))
    const file = textFlag(flags['certificate'])
    if (file !== undefined && existsSync(file))
      throw new CommandError(
        `${file} is there already, and is not overwritten: name another file.`,
        EXIT.usage,
      )
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now)
    try {
      const configuration = siteConfiguration(data, site)
      requireContinuity(data.ledger, site)
      await replayErasures(data.ledger, keptErasuresFile(data.erasuresFolder, site), [data.keptBeside])
      const found = find(data, site, whose, configuration)
      const { subject, address } = found
      if (subject === undefined) return nobody(found, { site, whose, file }, flags, terminal)
      if (flags['yes'] !== true) await confirm(data, site, subject, whose, terminal)
      const done = await data.erasures.erase(site, { subject, ...(address && { address }), reason })
      if (!done) return nobody({}, { site, whose, file }, flags, terminal)
      const erased = { ...done, settled: await isSettled(data) }
      checkpoint(data.ledger, site)
      const certificate = await certificateOf(data.ledger, site, erased)
      if (file !== undefined) writeDurably(file, `${JSON.stringify(certificate, null, 2)}\n`, 'wx')
      if (flags['json'] === true) terminal.out(JSON.stringify(erasedAnswer(erased), null, 2))
      else for (const line of report(erased, site, whose, file)) terminal.out(line)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

/** A server reads for moments only, and this process is the one that knows that there is something to overwrite. */
async function isSettled({ erasures }: OpenData): Promise<boolean> {
  for (let attempts = 100; attempts > 0; attempts--) {
    if (erasures.settle()) return true
    // oxlint-disable-next-line no-await-in-loop -- until the reader is done
    await wait(100)
  }
  return false
}

type Whose = { readonly channel: 'email' | 'sms'; readonly given: string } | { readonly subject: string }

function readWhose(flags: Invocation['flags']): Whose {
  const [email, phone, subject] = ['email', 'phone', 'subject'].map(name => textFlag(flags[name]))
  if ([email, phone, subject].filter(given => given !== undefined).length !== 1)
    throw new CommandError(
      'Say whose, in one way: --email <address>, --phone <number> or --subject <id>.',
      EXIT.usage,
    )
  if (subject !== undefined) return { subject }
  return email !== undefined ? { channel: 'email', given: email } : { channel: 'sms', given: phone! }
}

function readReason(given = 'request'): ErasureReason {
  const reason = ERASURE_REASONS.find(known => known === given)
  if (!reason) throw new CommandError(`--reason is one of: ${ERASURE_REASONS.join(', ')}.`, EXIT.usage)
  return reason
}

function siteConfiguration({ ledger }: OpenData, site: string): Pick<SiteConfiguration, 'programs'> {
  const current = ledger.store.current(site)
  if (!current) throw new CommandError(`There is no site "${site}": "assent site list" names them.`)
  return readConfiguration(ledger.store, site, current.configuration)
}

function find(
  { ledger }: OpenData,
  site: string,
  whose: Whose,
  configuration: Pick<SiteConfiguration, 'programs'>,
): Partial<FoundAddress> {
  if ('subject' in whose) return ledger.store.subject(site, whose.subject) ? whose : {}
  const found = findAddress(ledger, site, whose, configuration)
  if ('detail' in found)
    throw new CommandError(
      `The ${whose.channel === 'sms' ? 'number' : 'address'} ${found.detail}.`,
      EXIT.usage,
    )
  return found
}

/** Told to an operator, who may know; exits as what found nothing. */
function nobody(
  { suppressedAt }: Partial<FoundAddress>,
  { site, whose, file }: { readonly site: string; readonly whose: Whose; readonly file: string | undefined },
  flags: Invocation['flags'],
  terminal: Terminal,
): number {
  const at = suppressedAt === undefined ? undefined : new Date(suppressedAt).toISOString()
  if (flags['json'] === true)
    terminal.out(JSON.stringify({ erased: false, ...(at !== undefined && { suppressedAt: at }) }, null, 2))
  else if (at !== undefined)
    terminal.out(
      `${named(whose)} was erased at ${at}, and nothing came since: there is nothing left to erase.`,
    )
  else terminal.err(`Nobody is known by ${named(whose)}: check it, and the site.`)
  if (at === undefined) return EXIT.findings
  if (file === undefined) return EXIT.ok
  terminal.err(
    `No certificate was written, for nothing leads from an address that was erased to its entry. The erasure of that moment is among the latest acts of "assent verify --site ${site}", or in "assent export ${site}"; then: assent erase ${site} --subject <the 44 digits in its receipt number> --certificate ${file}`,
  )
  return EXIT.findings
}

const named = (whose: Whose): string =>
  'subject' in whose ? `subject ${whose.subject}` : masked(whose.channel, whose.given)

async function confirm(
  { ledger: { store } }: OpenData,
  site: string,
  subject: string,
  whose: Whose,
  { out, converse }: Terminal,
): Promise<void> {
  if (!converse)
    throw new CommandError('Nobody is there to be asked: repeat it with --yes to erase.', EXIT.usage)
  const chain = [...chainOf(store, site, subject)]
  const parts = chain.filter(({ index }) => store.privatePart(site, index) !== undefined).length
  out(`${named(whose)} is subject ${subject}, with ${chain.length} entries and ${parts} private parts:`)
  for (const act of chain.slice(0, SHOWN)) out(`  ${actText(act)}`)
  if (chain.length > SHOWN) out(`  … and ${chain.length - SHOWN} earlier ones`)
  const answer = await converse(ask => ask('Destroy the private parts for good? Type "erase": '))
  if (answer.trim() !== 'erase') throw new CommandError('Nothing was erased.')
}

function report(
  { entry, index, duplicate, settled }: Erased,
  site: string,
  whose: Whose,
  file?: string,
): string[] {
  const when = new Date(entry.receivedAt).toISOString()
  return [
    duplicate
      ? `${named(whose)} was erased before, at ${when}, and nothing came since: entry ${index} of "${site}".`
      : `Erased: ${entry.parts} private parts of ${named(whose)}. It is entry ${index} of "${site}".`,
    ...(settled
      ? []
      : [
          'Another process reads an older state of the files, which still holds it: run this again once that is done.',
        ]),
    file === undefined
      ? `A certificate, now or later: assent erase ${site} --subject ${entry.subject} --certificate <file>`
      : `The certificate is ${file}: "assent verify ${file}" checks it.`,
  ]
}
