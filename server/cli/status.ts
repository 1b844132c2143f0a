import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { maskAddress } from '../marketing/mask.ts'
import { misspelt } from '../marketing/misspelt.ts'
import { statusOf } from '../marketing/status.ts'
import type { StatusAnswer } from '../marketing/status/question.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { MOMENT_HELP, MOMENT_OPTIONS, momentText, readMoments, timeText } from './moments.ts'
import type { Terminal } from './terminal.ts'

export const status: Command = {
  usage: 'status <site> --channel <channel> --address <address> --program <id> [--as-of] [--known-as-of]',
  summary: 'Says whether an address may be written to, now or at another moment.',
  help: `
  --channel <channel>  email or sms
  --address <address>  in any spelling; the answer shows only a part of it
  --program <id>    id of a program of the site
${MOMENT_HELP}
  --json            answers as JSON
${DATA_HELP}

The answer is the one of GET /v1/sites/<site>/status. About another moment it is given by what was published then; what
was erased since stays erased, whenever it is asked about.

Example:
  assent status shop --channel sms --address +12025550123 --program news --as-of 2026-11-28T18:00:00Z

Exit codes: 0 it may, 1 it may not, or not yet, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    ...MOMENT_OPTIONS,
    channel: { type: 'string' },
    address: { type: 'string' },
    program: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const [channel, address, program] = ['channel', 'address', 'program'].map(name => textFlag(flags[name]))
    if (!isChannel(channel) || !address || !program)
      throw new CommandError(
        `Write "assent ${status.usage}", with ${CHANNELS.join(' or ')} as the channel.`,
        EXIT.usage,
      )
    const moments = readMoments(flags)
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const site = sitesIn(data.ledger.store)(key)
      if (!site)
        throw new CommandError(`There is no site "${key}": "assent site list" names those there are.`)
      const unknown = misspelt(data.ledger, site, program)
      if (unknown !== undefined) throw new CommandError(unknown, EXIT.usage)
      const answer = statusOf(data.ledger, site, { channel, address, program, ...moments })
      const who = maskAddress(channel, address)
      if (flags['json'] === true)
        terminal.out(JSON.stringify({ address: who, channel, program, ...answerJson(answer) }, null, 2))
      else
        for (const line of answerLines(answer, `${who} by ${channel}, ${program}`, terminal))
          terminal.out(line)
      return answer.decision === 'send' ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
    }
  },
}

function answerLines(
  { decision, reason, entry, consentedAt, expiresAt, notBefore, zones, asOf, known }: StatusAnswer,
  about: string,
  { paint }: Terminal,
): string[] {
  const tone = decision === 'send' ? 'good' : decision === 'block' ? 'bad' : 'strong'
  return [
    `${about}: ${paint(tone, decision)} (${reason})`,
    `  why    ${WHY[reason]}`,
    ...(consentedAt === undefined ? [] : [`  agreed ${timeText(consentedAt)}`]),
    ...(expiresAt === undefined ? [] : [`  ends   ${timeText(expiresAt)}`]),
    ...(notBefore === undefined
      ? []
      : [`  wait   until ${timeText(notBefore)}, by the clocks of ${zones?.join(', ') ?? 'no place known'}`]),
    ...(entry ? [`  entry  ${entry.index}, receipt ${entry.id}`] : []),
    `  ${momentText(asOf, known)}`,
  ]
}

const WHY: Readonly<Record<StatusAnswer['reason'], string>> = {
  ok_express: 'it said yes to this program on this channel, after every no on record',
  ok_double_optin: 'it said yes and confirmed it, after every no on record',
  ok_soft_optin: 'it did not object to messages about what it bought or supports',
  ok_implied: 'consent is implied by what it did, and has not expired',
  ok_service: 'a message about what it has already, which needs no consent, and it has not objected',
  pending_double_optin: 'it said yes and has still to confirm',
  quiet_hours: 'it is too early or too late there',
  unknown_zone: 'nobody can tell what time it is there',
  revocation_suspected: 'it may have said stop in words of its own: somebody has to look',
  restricted_dsr: 'its person asked that nothing be done with it',
  sender_silent: 'nothing has come in at its sender for too long: answers may be getting lost',
  reconsent_needed: 'its evidence is too thin to send, and could be made better by asking',
  never_asked: 'no yes and no no is on record',
  declined: 'it said no, and had not said yes before',
  withdrawn: 'it took its yes back',
  withdrawn_other_sender: 'it said stop to another sender, and that ends this one too',
  expired: 'its consent was implied for a time and that is over, or it never confirmed what it was asked to',
  seller_mismatch: 'the program is another seller’s',
  evidence_incomplete: 'its consent came from elsewhere, with too little to prove it',
  number_reassigned: 'the number belongs to somebody else now',
  hard_bounce: 'its mailbox does not exist, or takes nothing',
  complaint: 'its person called a message spam',
  suppressed_manual: 'somebody put it on the list of those not to be written to',
  erased: 'it was erased and has not said yes since, or the key to its evidence is gone',
  not_yet_effective: 'its yes does not count: it began after this moment, or at a time that cannot be true',
  purpose_mismatch: 'there is no such program, or it serves another purpose than the one agreed to',
  channel_mismatch: 'the program has no such channel',
  invalid_number: 'this is no number that could be written to',
  not_mobile: 'this number takes no text messages',
  invalid_email: 'this is no address that could be written to',
  country_not_allowed: 'the program does not write to this country',
}

const answerJson = ({ consentedAt, expiresAt, notBefore, asOf, known, ...answer }: StatusAnswer) => ({
  ...answer,
  ...(consentedAt !== undefined && { consentedAt: timeText(consentedAt) }),
  ...(expiresAt !== undefined && { expiresAt: timeText(expiresAt) }),
  ...(notBefore !== undefined && { notBefore: timeText(notBefore) }),
  asOf: timeText(asOf),
  ...(known && { known: { ...known, asOf: timeText(known.asOf) } }),
})
