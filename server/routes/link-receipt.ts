import type { Handler } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import { receiptFor } from '../ledger/receipt.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import type { LinkTokens } from '../subjects/link-token.ts'

/** The receipt of one entry of an address, for whoever holds the link to its page: it was sent to that address. */
export const showLinkReceipt =
  (ledger: Ledger, links: LinkTokens): Handler<AppEnv> =>
  async c => {
    const { key } = c.get('site')
    const [, id = ''] = (c.req.param('file') ?? '').split('.')
    const claim = links.read(key, 'preferences', c.req.query('token') ?? '')
    const entry = claim && ledger.store.entryById(key, id)?.entry
    const isOwn = entry && 'subject' in entry && entry.subject === claim?.subject
    const isThere = isOwn && ledger.store.snapshot(() => ledger.store.addressOfSubject(key, entry.subject!))
    if (!isThere)
      return problem(c, 'unknown-receipt', 'Open the page with your link: it lists every receipt there is.')
    c.header('Cache-Control', 'no-store')
    c.header('Content-Disposition', `attachment; filename="receipt-${id}.json"`)
    return c.json(await receiptFor(ledger, key, id))
  }
