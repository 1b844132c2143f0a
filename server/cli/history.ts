import { answersIn } from '../../shared/domain/standing.ts'
import type { EntryAt } from '../../shared/domain/as-of.ts'
import { UNDATED_YES } from '../../shared/domain/marketing.ts'
import { readConfig } from '../config.ts'
import { readConfiguration } from '../inventory/current.ts'
import { subjectHistory } from '../ledger/history.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openedPart } from '../ledger/receipt.ts'
import { findAddress } from '../marketing/find-address.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { actText } from './latest-acts.ts'
import { knownIn, MOMENT_HELP, MOMENT_OPTIONS, momentText, readMoments, timeText } from './moments.ts'
import { printable } from './verify-receipt.ts'

export const history: Command = {
  usage:
    'history <site> --subject <subject> | --email <address> | --phone <number> [--as-of] [--known-as-of]',
  summary: 'Lists what one person decided and where it stands, now or at another moment.',
  help: `
  --subject <subject>  the 44 hex digits that its entries name
  --email <address>  the subject of this address, found without its being stored anywhere
  --phone <number>  the same; without + and country code, of a country the site writes to
${MOMENT_HELP}
  --open            also prints what is sealed beside the entries: the address as it was typed, network, browser
  --json            answers as JSON
${DATA_HELP}

Examples:
  assent history shop --email robin@mail.example
  assent history shop --phone +12025550123 --known-as-of 2026-11-28T18:00:00Z

Exit codes: 0 something is known, 1 nothing is, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    ...MOMENT_OPTIONS,
    subject: { type: 'string' },
    email: { type: 'string' },
    phone: { type: 'string' },
    open: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const moments = readMoments(flags)
    const who = readWho(flags)
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const { ledger } = data
      if (!ledger.store.sites().includes(site))
        throw new CommandError(`There is no site "${site}": "assent site list" names those there are.`)
      const subject = subjectIn(ledger, site, who)
      const { standing, entries, view } =
        subject === undefined
          ? { standing: {}, entries: [], view: undefined }
          : subjectHistory(ledger, site, subject, moments)
      const known = view && knownIn(view)
      const opened = (at: EntryAt) =>
        flags['open'] === true ? openedPart(ledger, at.entry, at.index)?.fields : undefined
      if (flags['json'] === true) {
        const lines = entries.map(at => ({ ...at, ...optional('private', opened(at)) }))
        const seen = view && { asOf: timeText(view.asOf), ...(known && { known }) }
        terminal.out(
          JSON.stringify(
            { subject: subject ?? null, standing: answersIn(standing), entries: lines, ...seen },
            null,
            2,
          ),
        )
      } else {
        terminal.out(
          entries.length === 0
            ? `Nothing ${view ? 'was' : 'is'} known of it.`
            : `${terminal.paint('strong', `subject ${subject}`)}, newest first:`,
        )
        for (const at of entries) {
          terminal.out(printable(actText(at)))
          const fields = opened(at)
          if (fields) terminal.out(printable(`          sealed: ${JSON.stringify(fields)}`))
        }
        for (const [about, { state, since, index, pending }] of Object.entries(answersIn(standing))) {
          terminal.out(
            `  ${printable(about)}: ${state} ${since === UNDATED_YES ? 'at a time nobody kept' : `since ${timeText(since)}`}, by entry ${index}`,
          )
          if (pending)
            terminal.out(
              `  ${printable(about)}: asked anew since ${timeText(pending.since)}, by entry ${pending.index}; it counts once it is confirmed`,
            )
        }
        if (view) terminal.out(`  ${momentText(view.asOf, known)}`)
      }
      return entries.length > 0 ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
    }
  },
}

const optional = <T>(name: string, value: T | undefined) => (value === undefined ? {} : { [name]: value })

type Who = { readonly subject: string } | { readonly channel: 'email' | 'sms'; readonly given: string }

function readWho(flags: Parameters<Command['run']>[0]['flags']): Who {
  const [subject, email, phone] = ['subject', 'email', 'phone'].map(name => textFlag(flags[name]))
  if ([subject, email, phone].filter(given => given !== undefined).length !== 1)
    throw new CommandError('Name the person once: by --subject, by --email or by --phone.', EXIT.usage)
  if (subject !== undefined) {
    if (/^[0-9a-f]{44}$/.test(subject)) return { subject }
    throw new CommandError('--subject is the 44 hex digits that an entry names as its subject.', EXIT.usage)
  }
  return email === undefined ? { channel: 'sms', given: phone! } : { channel: 'email', given: email }
}

function subjectIn(ledger: Ledger, site: string, who: Who): string | undefined {
  if ('subject' in who) return who.subject
  const current = ledger.store.current(site)
  const { programs } = current
    ? readConfiguration(ledger.store, site, current.configuration)
    : { programs: [] }
  const found = findAddress(ledger, site, who, { programs })
  if ('detail' in found)
    throw new CommandError(`--${who.channel === 'sms' ? 'phone' : 'email'} ${found.detail}.`, EXIT.usage)
  return found.subject
}
