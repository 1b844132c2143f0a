import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openedPart } from '../ledger/receipt.ts'

/** What somebody agreed to, as it was shown to them then. */
export interface Agreed {
  readonly program: Program
  readonly words: string
  readonly controller: SiteConfiguration['controller']
}

export function agreedIn({ store }: Pick<Ledger, 'store'>, entry: OptInEntry): Agreed {
  const { site, configuration: hash, program: id, channel, language, collectionPoint } = entry
  const text = store.text(site, hash)
  if (!text) throw new Error(`couldn't read configuration ${hash} of "${site}": run assent verify`)
  const configuration = JSON.parse(new TextDecoder().decode(text.body)) as SiteConfiguration
  const { programs, collectionPoints = [], controller } = configuration
  const program = programs.find(each => each.id === id)
  const point = collectionPoints.find(each => each.id === collectionPoint)
  const words = point?.text ?? program?.disclosures.find(each => each.channel === channel)?.text
  if (!program || !words?.[language])
    throw new Error(`couldn't find what opt-in ${entry.id} of "${site}" agreed to: run assent verify`)
  return { program, words: words[language], controller }
}

/** The address an opt-in was made for, and the network it came from; `undefined` once its person was erased. */
export function addressIn(
  ledger: Ledger,
  entry: OptInEntry,
  index: number,
): { readonly address: string; readonly network?: string } | undefined {
  const { address, ip } = openedPart(ledger, entry, index)?.fields ?? {}
  if (typeof address !== 'string') return undefined
  return { address, ...(typeof ip === 'string' && { network: ip }) }
}
