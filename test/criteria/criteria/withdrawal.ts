import { criterion, type Criterion } from '../criterion.ts'
import { CNIL, DECEPTION, GARANTE, ICO, read, TASKFORCE, unchecked } from './sources.ts'

const WITHDRAWN = 'test/browser/withdrawal.test.ts ›'

/** Taking back, remembering, and the end of a choice. */
export const WITHDRAWAL: readonly Criterion[] = [
  criterion(
    'W1',
    'While no banner stands, a button or link to change the choice is in sight on every page',
    unchecked(`${TASKFORCE}, practice K`),
  ),
  criterion(
    'W2',
    'Taking everything back takes no more actions than giving it, plus the one that opens the settings; from any page',
    read(`GDPR Art. 7(3); ${ICO}`),
    {
      tests: [
        `${WITHDRAWN} withdrawing takes no more presses than accepting took, plus the one that opens the settings`,
      ],
    },
  ),
  criterion(
    'W3',
    'A withdrawal stops what ran, removes what it kept on every domain and path, tells every receiver, and is an entry of its own',
    read('GDPR Art. 7(3)'),
    {
      tests: [
        `${WITHDRAWN} withdrawing removes what the scripts left, on the parent domain and below a path too`,
        `${WITHDRAWN} withdrawing stops what ran: the page is fresh afterwards and nothing optional comes back`,
        `${WITHDRAWN} a withdrawal is an entry of its own under the same subject, and takes nothing back from the log`,
        'test/browser/large-storage.test.ts › databases, caches and service workers go with the consent, and what nobody declared stays',
        'test/browser/stop.test.ts › a service that says how it is stopped is stopped once, before its cookies go, and the page stays',
        'test/browser/signals-google.test.ts › Google hears exactly one update per change, none on looking, and denied after the withdrawal',
      ],
    },
  ),
  criterion(
    'W4',
    'The settings show what is kept, not what was once preset',
    unchecked(`${DECEPTION}: misleading action`),
  ),
  criterion(
    'W5',
    'A refusal is remembered as long as a grant, for months, and nobody is asked again before',
    unchecked(
      `${CNIL}: six months, both ways; ${GARANTE}: at least six months; ${DECEPTION}: continuous prompting`,
    ),
  ),
  criterion(
    'W6',
    'A choice ends: a second before nothing is asked, a second after the banner is back and every signal denied; no cookie outlives it or 400 days',
    unchecked(`${CNIL}: 13 months at most for exempt measurement`),
    {
      tests: [
        `test/schemas/site-config.test.ts › a dishonest configuration does not validate › a refusal remembered for ever`,
      ],
    },
  ),
  criterion(
    'W7',
    'A change of purposes asks again about what is new only; a mended word asks nobody',
    unchecked('GDPR Art. 7(1): consent is to what was said when it was asked'),
    {
      tests: [
        'test/browser/asked-again.test.ts › who is asked again when marketing got another recipient › whoever had granted it',
        'test/browser/asked-again.test.ts › who is asked again when marketing got another recipient › nobody who had refused everything',
        'test/browser/loader.test.ts › a purpose that is new is asked about under a loader that was there before, which applies the answer',
        'test/widget/due.test.ts › a choice made under an older configuration counts until a purpose is new',
      ],
    },
  ),
]
