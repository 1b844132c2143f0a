import type { MessageBasis } from '../domain/marketing.ts'
import type { Dated } from './dated.ts'

/** What the sender must be able to say of the moment the address was collected, and of what is sent. */
export const BASIS_EVIDENCE = [
  'collectedInSaleOrNegotiation',
  'ownSimilarProducts',
  'collectedFromSupporter',
  'onlyCharitablePurposes',
  'optOutOfferedAtCollection',
  'publishedWithoutRefusal',
  'concernsTheirWork',
] as const
export type BasisEvidence = (typeof BASIS_EVIDENCE)[number]

export interface BasisRule extends Dated {
  readonly basis: MessageBasis
  /** ISO 3166-1 alpha-2; absent: everywhere. */
  readonly countries?: readonly string[]
  /** Counted in calendar months from the event; absent: until a no. */
  readonly months?: number
  /** The event that it counts from. */
  readonly countsFrom: string
  /** Addresses collected before this day do not have it. */
  readonly collectedFrom?: string
  readonly needs: readonly BasisEvidence[]
}

const CASL = { countries: ['CA'], from: '2014-07-01', checked: false } as const

/** What a message may rest on, and how long. */
export const BASES: readonly BasisRule[] = [
  {
    basis: 'consent',
    countsFrom: 'the yes',
    needs: [],
    source:
      "GDPR Art. 4(11) and 7; 47 CFR 64.1200(f)(9); CRTC, From Canada's Anti-Spam Legislation Guidance on Implied Consent",
    checked: true,
    note: 'The CRTC says in so many words that express consent is not limited in time. What was asked, and how, is checked where the yes is taken.',
  },
  {
    ...CASL,
    basis: 'implied-purchase',
    months: 24,
    countsFrom: 'the purchase, lease or barter, or the end of a written contract',
    needs: [],
    source: "Canada's Anti-Spam Legislation (S.C. 2010, c. 23) s. 10(10)(a) to (d)",
    note: 'The Act counts whole days before the day of the message; here it ends at the hour, so up to a day earlier.',
  },
  {
    ...CASL,
    basis: 'implied-inquiry',
    months: 6,
    countsFrom: 'the inquiry or application',
    needs: [],
    source: "Canada's Anti-Spam Legislation s. 10(10)(e)",
  },
  {
    ...CASL,
    basis: 'implied-published',
    countsFrom: 'the day the published address was read',
    needs: ['publishedWithoutRefusal', 'concernsTheirWork'],
    source: "Canada's Anti-Spam Legislation s. 10(9)(b)",
    note: 'It has no end of its own; an address that is no longer published has it no longer.',
  },
  {
    basis: 'soft-opt-in',
    countries: ['GB'],
    from: '2003-12-11',
    countsFrom: 'the sale or its negotiation',
    needs: ['collectedInSaleOrNegotiation', 'ownSimilarProducts', 'optOutOfferedAtCollection'],
    source: 'Privacy and Electronic Communications (EC Directive) Regulations 2003, reg. 22(3)',
    checked: false,
    note: 'Every message has to offer the way out again. Countries of the European Union have such a rule each in its own words: none is in this table.',
  },
  {
    basis: 'charity-soft-opt-in',
    countries: ['GB'],
    from: '2026-02-05',
    collectedFrom: '2026-02-05',
    countsFrom: 'the interest or support shown',
    needs: ['collectedFromSupporter', 'onlyCharitablePurposes', 'optOutOfferedAtCollection'],
    source:
      'PECR reg. 22(3A), by Data (Use and Access) Act 2025 s. 114 and its Commencement No. 6 Regulations 2026',
    checked: false,
    note: 'For charities. The day it came into force and that it does not reach back are as law firms report them.',
  },
  {
    basis: 'contract',
    countsFrom: 'the contract',
    needs: [],
    source: 'GDPR Art. 6(1)(b)',
    checked: true,
    note: 'For messages the contract needs, never for marketing.',
  },
  {
    basis: 'legal-obligation',
    countsFrom: 'the obligation',
    needs: [],
    source: 'GDPR Art. 6(1)(c)',
    checked: true,
    note: 'For messages a law demands, never for marketing.',
  },
]
