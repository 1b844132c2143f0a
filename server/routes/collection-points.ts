import type { Handler } from 'hono'
import { collectionPointsOf } from '../inventory/collection-points.ts'
import type { AppEnv } from '../middleware/env.ts'
import { freshJson } from '../middleware/public-answer.ts'

/** The register: where else people are asked, by which words, and what is to be sent along from there. */
export const showCollectionPoints = (): Handler<AppEnv> => c =>
  freshJson(c, {
    configuration: c.get('site').hash,
    collectionPoints: collectionPointsOf(c.get('site')),
  })
