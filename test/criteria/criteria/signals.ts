import { criterion, type Criterion } from '../criterion.ts'
import { read, ours } from './sources.ts'

const GOOGLE = 'test/browser/signals-google.test.ts ›'
const MODE = read('Google, Consent Mode reference for the types of consent and their two words')

/** What tags are told, by Consent Mode. */
export const SIGNALS: readonly Criterion[] = [
  criterion(
    'C1',
    'The first entry of the data layer is a default with all seven signals, as an arguments object',
    MODE,
    {
      tests: [
        `${GOOGLE} the first entry is an all-denied default of seven signals, before anything else, and is an arguments object`,
      ],
    },
  ),
  criterion('C2', 'The default is there before any later script runs, however late our own come', MODE),
  criterion('C3', 'Each change is one update, and none comes before the default', MODE, {
    tests: [
      `${GOOGLE} Google hears exactly one update per change, none on looking, and denied after the withdrawal`,
    ],
  }),
  criterion('C4', 'A returning visitor’s choice is told before the next script of the page', MODE, {
    tests: [
      `${GOOGLE} a returning visitor is told by the default itself, before the next script of the page runs`,
    ],
  }),
  criterion('C5', 'Defaults by region name codes of ISO 3166', MODE, {
    open: 'defaults are the strictest everywhere, so no region is named; a visitor’s own regime is told by an update',
  }),
  criterion('C6', 'A withdrawal is told as denied', MODE),
  criterion('C7', 'Looking at the settings tells nothing', MODE),
  criterion(
    'C8',
    'Another consent tool or tag manager on the page keeps its data layer and its words',
    ours('two tools on one page are common'),
    {
      tests: [`${GOOGLE} another consent tool on the page keeps its words, and ours reach the same layer`],
    },
  ),
]
