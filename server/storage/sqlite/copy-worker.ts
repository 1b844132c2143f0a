import SqliteDatabase from 'better-sqlite3'
import { workerData } from 'node:worker_threads'

const { path, into } = workerData as { readonly path: string; readonly into: string }
const database = new SqliteDatabase(path, { readonly: true, fileMustExist: true })
database.prepare<[string]>('VACUUM INTO ?').run(into)
database.close()
