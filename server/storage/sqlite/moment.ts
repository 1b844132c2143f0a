import type { Database } from 'better-sqlite3'

/**
 * What is read through it in one turn of the event loop is of one moment: the lock of a reader is taken and given back
 * once, which costs more than finding a row. Whoever writes on the connection ends the moment first.
 */
export interface Moment {
  read<T>(body: () => T): T
  end(): void
}

const moments = new WeakMap<Database, Moment>()

/** The moment of a connection; each has one. */
export function momentOf(database: Database): Moment {
  const known = moments.get(database)
  if (known) return known
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  let isHeld = false
  const moment: Moment = {
    read(body) {
      // In a transaction already, it is of one moment anyhow.
      if (!isHeld && !database.inTransaction) {
        begin.run()
        isHeld = true
        setImmediate(moment.end)
      }
      return body()
    },
    end() {
      if (!isHeld) return
      isHeld = false
      // Closed meanwhile: nothing is held any more.
      if (database.inTransaction) commit.run()
    },
  }
  moments.set(database, moment)
  return moment
}
