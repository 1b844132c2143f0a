import { criterion, type Criterion } from '../criterion.ts'
import { read, unchecked } from './sources.ts'

const GPC = 'test/browser/gpc.test.ts ›'
const SPEC = 'W3C Global Privacy Control, editor’s draft of April 2026'

/** Global Privacy Control. */
export const PRIVACY_CONTROL: readonly Criterion[] = [
  criterion(
    'G1',
    'The signal counts when, and only when, the browser says exactly that it is on',
    read(`${SPEC}: the property and the header`),
    {
      open: 'the request header is not read by the server: the page reads the property, which the browser keeps equal to it',
    },
  ),
  criterion(
    'G2',
    'The signal is never a consent: it only ever keeps sale, sharing and advertising off',
    read(SPEC),
    {
      tests: [
        `${GPC} with Global Privacy Control on, advertising is denied without a click`,
        `${GPC} with Global Privacy Control on, accepting all does not accept what it covers, and the entry says so`,
      ],
    },
  ),
  criterion(
    'G3',
    'A later yes by name holds against the signal, is recorded with it, and a general yes does not',
    unchecked('California regulations, § 7025'),
    {
      tests: [
        `${GPC} with Global Privacy Control on, a person may still allow advertising by name`,
        `${GPC} a yes by name that was given with the signal on holds on the next page, with the signal still on`,
        `${GPC} Global Privacy Control that is switched on later denies what had been accepted without it`,
      ],
    },
  ),
  criterion(
    'G4',
    'The owner can say at the known address that the signal is honoured',
    read(`${SPEC}: gpc.json`),
    {
      tests: [
        'test/cli/site-signals.test.ts › gpc.json says when what is served was published, and nothing else',
        'test/cli/site-signals.test.ts › a site whose purposes the signal does not cover is not said to honour it',
      ],
    },
  ),
  criterion(
    'G5',
    'That the signal was on is recorded with the decision',
    unchecked('California regulations, § 7025'),
    {
      tests: [
        'test/browser/regions.test.ts › the opt-out signal opts out of what it covers where that is the rule, and is one entry of its own',
        `${GPC} with Global Privacy Control on, accepting all does not accept what it covers, and the entry says so`,
      ],
    },
  ),
  criterion(
    'G6',
    'A visitor from the European Union with the signal on is still asked, and advertising stays denied',
    unchecked('GDPR and ePrivacy Directive; the signal answers no question of theirs'),
    {
      tests: ['test/browser/regions.test.ts › where people are asked first, the signal is no act of its own'],
    },
  ),
  criterion('G7', 'The signal is honoured before anything is drawn or run', read(SPEC), {
    tests: [
      'test/browser/loader.test.ts › Global Privacy Control that came on later masks an earlier grant from the first line on',
    ],
  }),
  criterion(
    'G8',
    'Where the law asks for it, the visitor is shown that the opt-out is honoured',
    unchecked('California regulations of 2026'),
    {
      tests: [
        'test/browser/regions.test.ts › an opt-out by the signal stays when the signal is gone, and is told as what it was',
        `${GPC} the banner and the settings say that the signal is honoured, and what it keeps off`,
      ],
    },
  ),
]
