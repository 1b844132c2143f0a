/** Consent tools whose stored choices can be taken over, and what each calls its cookie or storage key. */
export const KEPT_AS = {
  'vanilla-cookieconsent': 'cc_cookie',
  klaro: 'klaro',
  c15t: 'c15t',
  cookiebot: 'CookieConsent',
  onetrust: 'OptanonConsent',
} as const
export type ConsentTool = keyof typeof KEPT_AS
export const CONSENT_TOOLS = Object.keys(KEPT_AS) as [ConsentTool, ...ConsentTool[]]

/** Everything it keeps of an answer. */
export const namesKept = ({
  tool,
  name = KEPT_AS[tool],
}: Pick<TakeOver, 'tool' | 'name'>): readonly string[] =>
  tool === 'onetrust' ? [name, 'OptanonAlertBoxClosed'] : [name]

/** As their makers write them. */
export const TOOL_NAMES: Readonly<Record<ConsentTool, string>> = {
  'vanilla-cookieconsent': 'vanilla-cookieconsent',
  klaro: 'Klaro',
  c15t: 'c15t',
  cookiebot: 'Cookiebot',
  onetrust: 'OneTrust',
}

/** Whose choices a site takes over, so that nobody is asked twice. */
export interface TakeOver {
  readonly tool: ConsentTool
  /** Name of its cookie or storage key, where the site had given it another. */
  readonly name?: string
  /** The tool's name of a category or service → id of the purpose it was an answer to. */
  readonly map: Readonly<Record<string, string>>
  /** Calendar date on which the tool was taken off the pages: what it keeps was said by then. */
  readonly switchedOn: string
  /** vanilla-cookieconsent: the revision that was asked last; what was said to another is not taken. */
  readonly revision?: number
  /** What the tool keeps is removed once it has been taken over. */
  readonly removeOld?: true
}

/** What the first layer of such a site is told. A purpose that several names speak of is granted by all of them only. */
export type TakeOverSettings = readonly [
  name: string,
  /** Epoch milliseconds: what is remembered as the time of what has none of its own. */
  undatedFrom: number,
  purposes: readonly (readonly [purpose: string, names: readonly string[]])[],
  revision: number,
]

/**
 * What an answer counts from whose time nobody kept: the beginning of the day before the switch, which is over wherever the
 * visitor is.
 */
export const undatedFrom = ({ switchedOn }: Pick<TakeOver, 'switchedOn'>): number =>
  Date.parse(switchedOn) - 86_400_000

export function takeOverSettings({ tool, name, map, switchedOn, revision = 0 }: TakeOver): TakeOverSettings {
  const names = Object.entries(map)
  return [
    name ?? KEPT_AS[tool],
    undatedFrom({ switchedOn }),
    [...new Set(Object.values(map))].map(purpose => [
      purpose,
      names.filter(([, target]) => target === purpose).map(([one]) => one),
    ]),
    revision,
  ]
}

/** When somebody decided, where the tool kept no time: as for messages, older than anything said here. Never shown as a date. */
export const UNDATED_CHOICE = 0

export const isUndatedChoice = (act: { readonly method?: unknown; readonly decidedAt?: unknown }): boolean =>
  act.method === 'take-over' && act.decidedAt === UNDATED_CHOICE
