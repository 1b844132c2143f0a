import { criterion, type Criterion } from '../criterion.ts'
import { ours, read, unchecked } from './sources.ts'

const GATES = 'test/browser/gates/matrix.test.ts'

/** What happens before a choice, and what a choice lets through. */
export const BEFORE: readonly Criterion[] = [
  criterion(
    'P1',
    'Before a choice the browser keeps nothing: no cookie, storage, database, cache or worker, and no answer sets one',
    read('ePrivacy Directive, Art. 5(3)'),
    {
      tests: [
        'test/browser/choice.test.ts › before a choice nothing optional is asked for, nothing is stored, and no other host hears of the visit',
        'test/browser/choice.test.ts › after twenty page views without a click nothing was granted and nothing optional ran',
        'test/engines/chromium.test.ts › Chromium › first layer › shows itself, asks no other host for anything, and nothing is kept',
      ],
    },
  ),
  criterion(
    'P2',
    'Before a choice no other host hears of the visit, by whatever way; our own requests carry no credentials',
    unchecked('EDPB Guidelines 2/2023 on Art. 5(3)'),
  ),
  criterion(
    'P3',
    'After a refusal it stays so, beside one record; after a grant only what was granted is let through; also after a reload, going back, in other tabs and under client-side navigation',
    read('ePrivacy Directive, Art. 5(3)'),
    {
      tests: [
        'test/browser/choice.test.ts › declining keeps everything optional away, now and after a reload, and is one entry',
        'test/browser/choice.test.ts › accepting runs each held-back script exactly once, in order, without a reload, and is one entry',
        'test/browser/tabs.test.ts › a page that comes back from the browser’s cache knows what was chosen meanwhile',
        'test/browser/tabs.test.ts › accepting in one tab counts in the other, as one entry',
        'test/browser/tabs.test.ts › client-side navigation that replaces the whole body keeps the control, and gates what it brings',
      ],
    },
  ),
  criterion(
    'P4',
    'Every kind of exit waits and runs once when granted, in order, however it came into the page',
    read('ePrivacy Directive, Art. 5(3)'),
    {
      tests: [
        ...['parsed'].flatMap(way => [
          `${GATES} › ${way} › nothing leaks without a choice or after a refusal; what is granted later runs exactly once`,
          `${GATES} › ${way} › what was granted before runs exactly once, and nothing of it after it was taken back`,
        ]),
        'test/browser/loader.test.ts › scripts run once, in document order, however long each takes to come',
      ],
    },
  ),
  criterion(
    'P5',
    'Where the ledger is away, slow or failing, the banner works, nothing leaks, and the decision arrives once',
    ours('a consent that cannot be shown is none (GDPR Art. 7(1))'),
    {
      tests: [
        'test/browser/gone.test.ts › a consent server that is down costs the page nothing and grants nothing',
        'test/browser/gone.test.ts › a consent server that hangs does not hold back the page’s load, and grants nothing',
        'test/browser/gone.test.ts › a decision made while the server is gone counts at once, and arrives exactly once when it is back',
        'test/browser/loader.test.ts › a decision the server did not take is kept, and sent once when the next page finds it well',
      ],
    },
  ),
]
