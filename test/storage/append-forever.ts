import { join } from 'node:path'
import { logFormat } from '../../server/ledger/log-format.ts'
import type { NewEntry } from '../../server/ledger/store.ts'
import { openDatabase } from '../../server/storage/sqlite/database.ts'
import { sqliteLedgerStore } from '../../server/storage/sqlite/ledger.ts'

/** A process to be killed: appends, and says each id only once it is acknowledged. */
const [folder, round] = process.argv.slice(2) as [string, string]
const store = sqliteLedgerStore(openDatabase(join(folder, 'ledger.db'), 'ledger'), logFormat)

const entryOf = (id: string): NewEntry => ({
  entry: {
    v: 1,
    site: 'harbor',
    id,
    type: 'decision',
    receivedAt: 0,
    decidedAt: 0,
    sent: id,
    configuration: '',
    language: 'en',
    method: 'api',
    choices: {},
    subject: `subject-${round}-${id.length}`,
  },
})

for (let n = 0; ; n++)
  await Promise.all(
    Array.from({ length: 4 }, async (_, i) => {
      const id = `${round}-${n}-${i}`
      const [answer] = await store.append('harbor', [entryOf(id)])
      if (answer && 'index' in answer) process.stdout.write(`${id} ${answer.index}\n`)
    }),
  )
