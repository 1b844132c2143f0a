import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { SITE } from '../support/app.ts'
import { forge, forgetSigned, rewrite, signAgain, signWith, type Placed } from '../support/attacker.ts'
import { aDecisionId } from '../support/decisions.ts'
import { opened, someDecisions, type WatchedLog } from '../support/watched-log.ts'
import { aLogKey } from '../support/witness.ts'
import { byHand, sql, type Attack } from './attack.ts'

type Change = (entries: readonly Placed[], log: WatchedLog) => readonly Placed[]

/** A decision in the middle of what was signed, and the next one. */
const at = ({ decisions }: WatchedLog) => decisions[6]!
const next = ({ decisions }: WatchedLog) => decisions[7]!

const turned = (entry: Entry): Entry =>
  JSON.parse(JSON.stringify(entry).replace('"analytics":true', '"analytics":false')) as Entry
const edited: Change = (all, log) =>
  all.with(at(log), { ...all[at(log)]!, entry: turned(all[at(log)]!.entry) })
const dropped: Change = (all, log) => all.toSpliced(at(log), 1)
const swapped: Change = (all, log) => all.with(at(log), all[next(log)]!).with(next(log), all[at(log)]!)
const repeated =
  (id?: string): Change =>
  (all, log) =>
    all.toSpliced(at(log) + 1, 0, {
      entry: { ...all[at(log)]!.entry, ...(id !== undefined && { id }) },
    })
const cut: Change = all => all.slice(0, -2)

/** All that follows from the entries fits them. */
const fitted = (change: Change) =>
  byHand((database, log) => rewrite(database, entries => change(entries, log)))
/** And no checkpoint in the database contradicts them, from this size on. */
const unsigned = (change: Change, from = (log: WatchedLog) => at(log) + 1) =>
  byHand((database, log) => {
    rewrite(database, entries => change(entries, log))
    forgetSigned(database, from(log))
  })
/** And the log's own key has signed them. */
const signed =
  (change: Change): Attack['act'] =>
  async (folder, log) => {
    await unsigned(change)(folder, log)
    await signAgain(folder)
  }

/** The data as it was before the erasure, all of it. */
const backInTime: Attack['act'] = (folder, log) => {
  rmSync(folder, { recursive: true })
  cpSync(log.earlier, folder, { recursive: true })
}

/** As many further decisions, invented, recorded and signed as every other. */
export async function decide(folder: string, count: number): Promise<void> {
  const { ledger, close } = await opened(folder)
  await appendDecisions(ledger, SITE, someDecisions(count, 500))
  checkpoint(ledger, SITE)
  await close()
}

const NOT_THE_SIGNED = /^entries\.entry \d+: entries \d+ to \d+ are not the ones that were signed/
const CUT =
  /^logs\.size \d+: the kept checkpoint has \d+ entries, the log \d+: it was cut or is an older copy/
const SAME_ID = /^entry_ids\.idx \d+: entry \d+ is known by its id as entry \d+/

const UNSIGNED = /^our server refuses to sign it; cosigns \d+ entries, as before/
const FORK = /fork: this log has two histories; our (\d+) entries do not continue the \1 it has cosigned/
const NO_PROOF = /no proof: this log may have two histories; our \d+ entries do not continue the \d+/
const ROLLED_BACK = /it has cosigned \d+ entries, the newest checkpoint here has \d+: the log was rolled back/

export const ON_ENTRIES: readonly Attack[] = [
  {
    what: 'edit: an answer turned round',
    by: 'database',
    act: sql(
      log =>
        `UPDATE entries SET entry = replace(entry, '"analytics":true', '"analytics":false') WHERE idx = ${at(log)}`,
    ),
    verify: /^entries\.leaf \d+: the leaf is not the hash of the entry/,
  },
  {
    what: 'edit, tree and tables made to fit',
    by: 'database',
    act: fitted(edited),
    verify: NOT_THE_SIGNED,
  },
  {
    what: 'edit, fitted, checkpoints over it removed',
    by: 'database',
    act: unsigned(edited),
    verify: /^checkpoints\.note: the kept checkpoint of \d+ entries is not in the database/,
    witness: ROLLED_BACK,
  },
  { what: 'edit, fitted, signed', by: 'operator', act: signed(edited), witness: FORK },
  {
    what: 'drop: a row deleted',
    by: 'database',
    act: sql(log => `DELETE FROM entries WHERE idx = ${at(log)}`),
    verify: /^entries\.idx \d+: entry \d+ is missing/,
  },
  { what: 'drop, fitted', by: 'database', act: fitted(dropped), verify: NOT_THE_SIGNED, witness: UNSIGNED },
  { what: 'drop, fitted, signed', by: 'operator', act: signed(dropped), witness: ROLLED_BACK },
  {
    what: 'drop, fitted, signed, grown past what was seen',
    by: 'operator',
    act: async (folder, log) => {
      await signed(dropped)(folder, log)
      await decide(folder, 3)
    },
    witness: NO_PROOF,
  },
  {
    what: 'reorder: two rows change places',
    by: 'database',
    act: sql(
      log => `UPDATE entries SET idx = 100000 WHERE idx = ${at(log)}; UPDATE entries SET idx = ${at(log)} WHERE idx = ${next(log)};
        UPDATE entries SET idx = ${next(log)} WHERE idx = 100000`,
    ),
    verify: NOT_THE_SIGNED,
  },
  { what: 'reorder, fitted', by: 'database', act: fitted(swapped), verify: NOT_THE_SIGNED },
  { what: 'reorder, fitted, signed', by: 'operator', act: signed(swapped), witness: FORK },
  {
    what: 'duplicate: a row again, at the end',
    by: 'database',
    act: sql(
      log => `INSERT INTO entries SELECT site, ${log.seen}, entry, leaf FROM entries WHERE idx = ${at(log)}`,
    ),
    verify: SAME_ID,
  },
  {
    what: 'duplicate, fitted',
    by: 'database',
    act: fitted(repeated()),
    verify: NOT_THE_SIGNED,
    witness: UNSIGNED,
  },
  {
    what: 'duplicate, fitted, signed',
    by: 'operator',
    act: signed(repeated()),
    verify: SAME_ID,
    witness: NO_PROOF,
  },
  {
    what: 'duplicate under another number, signed',
    by: 'operator',
    act: signed(repeated(aDecisionId(Date.now()))),
    witness: NO_PROOF,
  },
  {
    what: 'truncate: the last rows deleted',
    by: 'database',
    act: sql(log => `DELETE FROM entries WHERE idx >= ${log.seen - 2}`),
    verify: /^entries\.idx \d+: the entries from \d+ on are missing/,
  },
  {
    what: 'truncate, fitted',
    by: 'database',
    act: fitted(cut),
    verify: /^checkpoints\.size \d+: \d+ entries were signed, the log has \d+/,
    witness: UNSIGNED,
  },
  {
    what: 'truncate, fitted, later checkpoints removed',
    by: 'database',
    act: unsigned(cut, ({ seen }) => seen - 1),
    verify: CUT,
    witness: ROLLED_BACK,
  },
  {
    what: 'truncate, fitted, signed',
    by: 'operator',
    act: signed(cut),
    witness: ROLLED_BACK,
  },
  {
    what: 'rollback: an older ledger.db',
    by: 'database',
    act: (folder, log) => {
      cpSync(join(log.earlier, 'ledger.db'), join(folder, 'ledger.db'))
    },
    verify: CUT,
    witness: ROLLED_BACK,
  },
  {
    what: 'rollback: all data as it was, but for kept erasures',
    by: 'operator',
    act: async (folder, log) => {
      await backInTime(folder, log)
      cpSync(join(log.folder, 'erasures'), join(folder, 'erasures'), { recursive: true })
    },
    verify: /^erasures\/harbor: the erasure of subject \w+ is not in the log/,
    witness: ROLLED_BACK,
  },
  { what: 'rollback: all data as it was', by: 'operator', act: backInTime, witness: ROLLED_BACK },
  {
    what: 'fork: goes on from data as it was, for longer',
    by: 'operator',
    act: async (folder, log) => {
      await backInTime(folder, log)
      await decide(folder, log.seen)
    },
    witness: NO_PROOF,
  },
  {
    what: 're-sign: edit, fitted, signed',
    by: 'another key',
    act: async (folder, log) => {
      await unsigned(edited)(folder, log)
      forge(folder, database => signWith(database, aLogKey()))
    },
    verify: /^checkpoints\.note: the checkpoint at \d+ is not signed by the log's key/,
    witness: /^our server refuses to sign it; refused; it does not know this log's key/,
  },
  {
    what: 're-sign: edit, fitted, signed',
    by: 'a retired key',
    act: async (folder, log) => {
      await unsigned(edited)(folder, log)
      forge(folder, database => signWith(database, log.retired))
    },
    verify: /^checkpoints\.note: the checkpoint at \d+ is signed by a key that does not count for it/,
    witness: FORK,
  },
  {
    what: 're-sign: every answer turned round, all signed anew',
    by: 'operator',
    act: async folder => {
      forge(folder, database => {
        rewrite(database, all => all.map(placed => ({ ...placed, entry: turned(placed.entry) })))
        forgetSigned(database)
      })
      await signAgain(folder)
    },
    witness: FORK,
  },
]
