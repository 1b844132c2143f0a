import { statfsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { databasesIn } from './snapshot.ts'
import { openDatabase } from './sqlite/database.ts'
import type { Schema } from './sqlite/migrate.ts'

export interface Rewritten {
  readonly name: string
  /** Bytes. */
  readonly before: number
  readonly after: number
}

/**
 * Writes every database of a data folder anew from its rows, so that nothing is in its file that is in no row. Where rows
 * were moved within it, SQLite leaves a copy now and then in the unused part of a page, `secure_delete` or not. Throws,
 * saying what to do, while another process has one open, and where the disk has no room for the copy.
 */
export function* rewriteDatabases(folder: string): Generator<string, readonly Rewritten[]> {
  const done: Rewritten[] = []
  for (const name of databasesIn(folder)) {
    const path = join(folder, name)
    const before = statSync(path).size
    const { bavail, bsize } = statfsSync(folder)
    // The copy, and the log of changes that brings it back into the file.
    if (bavail * bsize < 2 * before)
      throw new Error(
        `${path} needs ${2 * before} bytes of free disk to be written anew, and ${bavail * bsize} are free: make room, and start again`,
      )
    yield name
    const database = openDatabase(path, schemaOf(name), { alone: true })
    try {
      database.exec('VACUUM')
      database.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      database.close()
    }
    done.push({ name, before, after: statSync(path).size })
  }
  return done
}

/** A database is named after its schema. */
const schemaOf = (name: string): Schema => basename(name, '.db') as Schema
