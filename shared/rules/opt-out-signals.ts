import type { Dated } from './dated.ts'

export interface OptOutSignalRule extends Dated {
  /** ISO 3166-2. */
  readonly region: string
}

/**
 * Parts of the United States whose law is said to have sites take a browser's signal (Global Privacy Control) as an opt-out
 * of sale, sharing or targeted advertising. Sources disagree on some and on the days, and the laws bind businesses above
 * certain sizes only: nobody has read the rows against the laws themselves yet. What follows from a row is a warning when a
 * configuration is published; the signal itself is honoured everywhere, whatever stands here.
 */
export const OPT_OUT_SIGNALS: readonly OptOutSignalRule[] = [
  { region: 'US-CA', source: 'Cal. Civ. Code 1798.135; 11 CCR 7025', checked: false },
  { region: 'US-CO', from: '2024-07-01', source: 'Colo. Rev. Stat. 6-1-1306(1)(a)(IV)', checked: false },
  { region: 'US-CT', from: '2025-01-01', source: 'Conn. Gen. Stat. 42-520(e)', checked: false },
  { region: 'US-DE', from: '2026-01-01', source: 'Del. Code tit. 6, 12D-106(e)', checked: false },
  { region: 'US-MD', from: '2025-10-01', source: 'Maryland Online Data Privacy Act of 2024', checked: false },
  { region: 'US-MN', from: '2025-07-31', source: 'Minnesota Consumer Data Privacy Act', checked: false },
  { region: 'US-MT', from: '2025-01-01', source: 'Montana Consumer Data Privacy Act', checked: false },
  { region: 'US-NE', from: '2025-01-01', source: 'Nebraska Data Privacy Act', checked: false },
  { region: 'US-NH', from: '2025-01-01', source: 'N.H. Rev. Stat. 507-H', checked: false },
  { region: 'US-NJ', from: '2025-07-15', source: 'N.J. Stat. 56:8-166.4 and following', checked: false },
  { region: 'US-OR', from: '2026-01-01', source: 'Or. Rev. Stat. 646A.570 and following', checked: false },
  {
    region: 'US-TX',
    from: '2025-01-01',
    source: 'Tex. Bus. & Com. Code 541.055(e)',
    checked: false,
    note: 'Disputed: some read no duty into it.',
  },
]
