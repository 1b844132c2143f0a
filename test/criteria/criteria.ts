import type { Criterion } from './criterion.ts'
import { ACCESS } from './criteria/access.ts'
import { BEFORE } from './criteria/before.ts'
import { FIRST_LAYER } from './criteria/first-layer.ts'
import { PRIVACY_CONTROL } from './criteria/privacy-control.ts'
import { SIGNALS } from './criteria/signals.ts'
import { WITHDRAWAL } from './criteria/withdrawal.ts'

/** Everything a browser is to show of a banner, of what it holds back and of what it signals. */
export const CRITERIA: readonly Criterion[] = [
  ...FIRST_LAYER,
  ...BEFORE,
  ...WITHDRAWAL,
  ...PRIVACY_CONTROL,
  ...SIGNALS,
  ...ACCESS,
]
