import { IT_SERVICES } from './promises/it-company.ts'
import { PRODUCT } from './promises/product.ts'
import { SOFTWARE_COMPANY } from './promises/software-company.ts'
import type { Promised } from './promises/promise.ts'

/** Everything told to people that this software is to make true. `npm test` holds each row to the tests it names. */
export const PROMISES: readonly Promised[] = [...PRODUCT, ...IT_SERVICES, ...SOFTWARE_COMPANY]
