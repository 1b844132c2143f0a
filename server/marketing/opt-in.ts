import {
  checkOptIn,
  confirmationOf,
  type JudgedProgram,
  type ProgramsNow,
} from '../../shared/domain/check-opt-in.ts'
import type { Confirmation, OptIn } from '../../shared/domain/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { normaliseAddress, type Normalised } from './address.ts'
import { appendJudged, refuse, type Draft, type RefusedMarketing, type StoredMarketing } from './append.ts'
import { serves } from './served.ts'

export interface SentOptIn extends OptIn {
  /** As it was typed. */
  readonly address: string
}

/** What a connection tells of who is at its other end; sealed with the address. */
export interface Sender {
  /** Such as `192.0.2.0/24`: never the whole address. */
  readonly network?: string
  readonly userAgent?: string
  /** Origin of the page, or its whole address where another system passes it on. */
  readonly page?: string
}

export type OptInAnswer = (StoredMarketing & { readonly confirmation: Confirmation }) | RefusedMarketing

/** Checks each opt-in against what its words said and what is so now, and appends those that hold. */
export async function appendOptIns(
  ledger: Ledger,
  site: string,
  optIns: readonly SentOptIn[],
  now: ProgramsNow,
  sender: Sender,
  /** Somebody else than the address asked: it has to answer for itself, whatever the program asks of others. */
  { mustConfirm = false } = {},
): Promise<OptInAnswer[]> {
  const judged = optIns.map(optIn => judge(ledger, site, optIn, now, sender, mustConfirm))
  const answers = await appendJudged(ledger, site, judged, 'opt-in')
  return answers.map(answer =>
    'stored' in answer ? { ...answer.stored, confirmation: answer.draft.confirmation } : answer,
  )
}

interface OptInDraft extends Draft {
  readonly confirmation: Confirmation
}

function judge(
  ledger: Ledger,
  site: string,
  { address: given, ...optIn }: SentOptIn,
  now: ProgramsNow,
  { network, userAgent, page }: Sender,
  mustConfirm: boolean,
): OptInDraft | RefusedMarketing {
  const { id, channel } = optIn
  const program = checkOptIn(optIn, ledger.store.publication(site, optIn.configuration), now)
  if ('reason' in program) return refuse(id, program.reason, program.detail)
  const { sharesWith } = program.shown
  // On our own form it was read with the rest of the words; another system has to say that its people read it.
  if (optIn.sharesWith !== sharesWith && (optIn.sharesWith !== undefined || optIn.method === 'api'))
    return refuse(id, 'evidence-missing', sharingFault(optIn, sharesWith))
  const normalised = normaliseAddress(channel, given, program.shown.countries[0])
  if ('detail' in normalised) return refuse(id, 'invalid-address', `"address" ${normalised.detail}`)
  if (!isServed(normalised, program))
    return refuse(id, 'country-not-served', `"${optIn.program}" writes to ${named(program)} only`)

  const said = publicPart(optIn)
  const confirmation = mustConfirm ? 'double' : confirmationOf(program)
  const { address } = normalised
  return {
    blind: ledger.blindIndex.blindOf(site, channel, address),
    entry: {
      type: 'opt-in',
      ...said,
      basis: 'consent',
      purpose: program.shown.purpose,
      confirmation,
      ...(sharesWith !== undefined && { sharesWith }),
    },
    said,
    private: {
      address,
      given,
      ...(network !== undefined && { ip: network }),
      ...(page !== undefined && { page }),
      ...(userAgent !== undefined && { userAgent }),
    },
    confirmation,
  }
}

const sharingFault = ({ program }: OptIn, sharesWith: string | undefined): string =>
  sharesWith === undefined
    ? `"${program}" shares with nobody: leave "sharesWith" out`
    : `consent to share names with whom: "sharesWith" must be "${sharesWith}"`

const isServed = ({ country }: Extract<Normalised, { address: string }>, program: JudgedProgram): boolean =>
  country === undefined || [program.shown, program.current].every(p => serves(p.countries, country))

const named = ({ current }: JudgedProgram): string => current.countries.join(', ')

/** Named field by field: what is not listed never reaches an entry. */
function publicPart(optIn: OptIn) {
  const { id, program, channel, decidedAt, configuration, text, language, method, ofAge, collectionPoint } =
    optIn
  return {
    id,
    program,
    channel,
    decidedAt,
    configuration,
    text,
    language,
    method,
    ...(ofAge !== undefined && { ofAge }),
    ...(collectionPoint !== undefined && { collectionPoint }),
  }
}
