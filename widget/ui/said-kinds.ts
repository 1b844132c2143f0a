import type { StorageKind } from '../../shared/domain/site.ts'
import type { Words } from './words.ts'

type KindWords = Pick<
  Words,
  'storageCookie' | 'storageLocal' | 'storageSession' | 'storageDatabase' | 'storageCache' | 'storageWorker'
>

/** What each kind of storage is called in a table of what services keep. */
export const kindsIn = (words: KindWords): Readonly<Record<StorageKind, string>> => ({
  cookie: words.storageCookie,
  local: words.storageLocal,
  session: words.storageSession,
  database: words.storageDatabase,
  cache: words.storageCache,
  'service-worker': words.storageWorker,
})
