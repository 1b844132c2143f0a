import { canonicalJson } from '../../../shared/domain/canonical.ts'
import { CHECK_REASONS } from '../../../shared/domain/check.ts'
import { BASES } from '../../../shared/rules/implied-consent.ts'
import { QUIET_HOURS } from '../../../shared/rules/quiet-hours.ts'
import { contentHash } from '../../ledger/entry.ts'

/** What a check was made by, beside the configuration: SHA-256 (hex) of every dated rule and of the reasons there are. */
export const RULES = contentHash(
  canonicalJson({ bases: BASES, quietHours: QUIET_HOURS, reasons: CHECK_REASONS }),
)
