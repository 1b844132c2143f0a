import { logFormat } from '../../server/ledger/log-format.ts'
import { rebuildSite } from '../../server/ledger/rebuild.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { openRepair } from '../../server/storage/open.ts'
import { foldersIn } from '../support/ledger.ts'

/** A process to be killed: has made everything again, and not committed it yet. */
const [folder] = process.argv.slice(2) as [string]
const { repair } = openRepair(folder, logFormat)
const signer = signersIn({ folders: foldersIn(folder), store: repair, now: Date.now })
rebuildSite(repair, signer, 'harbor').next()
process.stdout.write('halfway\n')
setInterval(() => {}, 1_000)
