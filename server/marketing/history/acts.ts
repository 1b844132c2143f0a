import { createHash } from 'node:crypto'
import { UNDATED_YES, type EvidenceLevel, type MessageBasis } from '../../../shared/domain/marketing.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import { derivedId } from '../../ledger/derived-id.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { normaliseAddress } from '../address.ts'
import type { SentOptOut } from '../opt-out.ts'
import type { ConsentToRecord } from '../record-consent.ts'
import { levelOf, piecesOf, type EvidencePiece } from './evidence.ts'
import { networkOfIp } from './network.ts'
import type { HistoryFile, HistoryRow } from './read.ts'
import type { HistoryKind, No, Yes } from './row.ts'

/** What whoever brings a file says of all of it. */
export interface HistoryQuestion {
  readonly channel: Channel
  readonly as: HistoryKind
  /** The program consents are for; of suppressions, all when left out. */
  readonly program?: string
  /** What an unsubscription ends. Nobody is written to at an address that bounces or complained, whatever this says. */
  readonly scope: 'all' | 'program'
  readonly basis: MessageBasis
  /** Why, where it rests on something else than consent. */
  readonly reason?: string
  /** It is trusted no further than this. */
  readonly evidence?: EvidenceLevel
  readonly words?: string
  readonly page?: string
  readonly collectionPoint?: string
  /** SHA-256 (hex) of the words of the collection point, where this log published them. */
  readonly text?: string
  readonly language?: string
  readonly sharesWith?: string
  /** When the file was made: a no without a time counts from then. */
  readonly asOf?: number
  readonly actor: string
  /** SHA-256 (hex) of the configuration in force. */
  readonly configuration: string
  /** Everything of the command that changes what a row comes to. */
  readonly reading: Readonly<Record<string, unknown>>
}

export type PlannedAct =
  | { readonly says: 'no'; readonly optOut: SentOptOut; readonly isUndated: boolean }
  | {
      readonly says: 'yes'
      readonly consent: ConsentToRecord
      readonly pieces: readonly EvidencePiece[]
      readonly isUndated: boolean
    }

/** Makes of rows what is appended. Ids follow from the file, the row and what was asked: the same import is the same acts. */
export function actsOf(
  { now, file }: Pick<Ledger, 'now'> & { readonly file: string },
  site: string,
  { hash, columns }: HistoryFile,
  question: HistoryQuestion,
  home: string | undefined,
): (row: HistoryRow & { readonly says: Yes | No }) => PlannedAct {
  const { asOf = now(), configuration: _configuration, text: _text, ...stable } = question
  const terms = createHash('sha256')
    .update(JSON.stringify([stable, question.asOf ?? null, columns.at]))
    .digest('hex')
  const near = derivedId(['list-import', site, file, terms])
  const id = (row: number, says: string) =>
    derivedId(['list-import', site, file, terms, String(row), says], near)

  function no({ row }: HistoryRow, { address, time, cause, sender }: No): PlannedAct {
    const { channel, program, scope, actor } = question
    const spelling = home === undefined ? undefined : normaliseAddress(channel, address, home)
    return {
      says: 'no',
      isUndated: time === undefined,
      optOut: {
        id: id(row, 'no'),
        channel,
        address: spelling && 'address' in spelling ? spelling.address : address,
        // The last moment of the day it was said on.
        decidedAt: time === undefined ? asOf : Math.min(time.last, now()),
        method: 'import',
        ...(scope === 'program' && program !== undefined && !cause && { program }),
        ...(cause && { cause }),
        ...(sender !== undefined && { sender }),
        actor,
        source: { file, row },
      },
    }
  }

  function yes({ row }: HistoryRow, said: Yes): PlannedAct {
    const { channel, program, basis, evidence, actor, configuration, sharesWith, collectionPoint } = question
    const pieces = piecesOf(said, question)
    const {
      words = question.words,
      page = question.page,
      collectedBy,
      ip,
      confirmedAt,
      confirmedIp,
    } = said.shown
    const language = said.shown.language ?? question.language
    const text = said.shown.words === undefined ? question.text : undefined
    return {
      says: 'yes',
      pieces,
      isUndated: said.time === undefined,
      consent: {
        id: id(row, 'yes'),
        channel,
        program: program!,
        basis,
        address: said.address,
        decidedAt: said.time?.first ?? UNDATED_YES,
        evidence: levelOf(pieces, evidence),
        configuration,
        method: 'import',
        actor,
        ...(text !== undefined && { text }),
        ...(language !== undefined && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(language) && { language }),
        ...(collectionPoint !== undefined && { collectionPoint }),
        ...(sharesWith !== undefined && { sharesWith }),
        source: { file, row },
        shown: present({
          words,
          page,
          collectedBy,
          ip: ip && networkOfIp(ip),
          confirmedAt,
          confirmedIp: confirmedIp && networkOfIp(confirmedIp),
          reason: question.reason,
          file: hash,
        }),
      },
    }
  }
  return row => (row.says.says === 'no' ? no(row, row.says) : yes(row, row.says))
}

const present = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
