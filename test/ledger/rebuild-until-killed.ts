import { logFormat } from '../../server/ledger/log-format.ts'
import { rebuildSite } from '../../server/ledger/rebuild.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { openRepair } from '../../server/storage/open.ts'
import { foldersIn } from '../support/ledger.ts'

/** A process to be killed: has made everything again, and not committed it yet. */
const [folder] = process.argv.slice(2) as [string]
const { repair } = openRepair(folder, logFormat)
const signer = signersIn({ folders: foldersIn(folder), store: repair, now: Date.now })
const rebuilding = rebuildSite(repair, signer, 'harbor')
rebuilding.next()
process.stdout.write('halfway\n')
// What nobody refers to any more is collected, and with it the lock on the file.
setInterval(() => [repair, rebuilding], 1_000)
