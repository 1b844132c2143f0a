import type { Context, Handler } from 'hono'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { changesAfter, type ChangesQuestion } from '../marketing/lists/changes.ts'
import { noSuchProgram } from '../marketing/misspelt.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { readSize } from './checks.ts'

/** Whom a list that was checked earlier must not be sent to any more. */
export const showChanges =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c, ledger)
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    return freshJson(c, await changesAfter(ledger, c.get('site'), question))
  }

const PARAMETERS = ['after', 'channel', 'program']

function readQuestion(c: Context<AppEnv>, { store }: Ledger): ChangesQuestion | { readonly detail: string } {
  const asked = Object.entries(c.req.queries())
  if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
    return { detail: `Ask with ${PARAMETERS.join(', ')}, each once, and with nothing else.` }
  const { after: since = '', channel, program } = c.req.query()
  const site = c.get('site')
  const after = readSize(since, store.size(site.key))
  if (after === null)
    return { detail: 'Ask with after=…, the "logSize" of the check of your list: a number of entries.' }
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  const known = site.configuration.programs.find(({ id }) => id === program)
  if (!known) return { detail: noSuchProgram(site, program) }
  if (!hasChannel(known, channel)) return { detail: `"${known.id}" writes nobody by ${channel}.` }
  return { after, channel, program: known.id }
}
