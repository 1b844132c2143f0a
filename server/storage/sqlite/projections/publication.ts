import type { ConfigurationPublishedEntry } from '../../../../shared/domain/entry.ts'
import type { ProjectionTransaction } from './transaction.ts'

/** The latest publication is what a site serves; the earlier ones say which texts were ever shown. */
export function projectPublication(
  tx: ProjectionTransaction,
  entry: ConfigurationPublishedEntry,
  index: number,
): void {
  tx.savePublication(entry.site, index, entry.configuration)
}
