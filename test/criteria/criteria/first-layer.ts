import { criterion, type Criterion } from '../criterion.ts'
import { CNIL, CONSENT, DECEPTION, GARANTE, ICO, read, TASKFORCE, unchecked } from './sources.ts'

const HONEST = 'test/schemas/site-config.test.ts › a dishonest configuration does not validate ›'

/** The question, and how equal its two answers are. */
export const FIRST_LAYER: readonly Criterion[] = [
  criterion(
    'L1',
    'Refusing everything is a button of the first layer, of the same role as accepting, in sight without scrolling',
    unchecked(`${TASKFORCE}, practices A and C; ${CNIL}`),
    { tests: [`${HONEST} refusal behind a second layer`, `${HONEST} no refusal at all`] },
  ),
  criterion(
    'L2',
    'Refusing and accepting are alike in size, type, fill and border, stand beside each other, and neither is pointed at',
    unchecked(`${TASKFORCE}, practices D and E; ${CNIL}. The tolerances are ours`),
    { tests: [`${HONEST} a weaker reject button`] },
  ),
  criterion(
    'L3',
    'Refusing everything takes one press, as accepting does, and no more than one key beyond it',
    unchecked(`${CONSENT}; ${CNIL}; ICO and CMA, joint paper of August 2023`),
  ),
  criterion(
    'L4',
    'No optional control is switched on in advance, on any layer',
    read('GDPR, Recital 32; CJEU C-673/17 (Planet49)'),
    { tests: [`${HONEST} a pre-ticked purpose`] },
  ),
  criterion(
    'L5',
    'Escape, the cross, a click beside it, scrolling, swiping, waiting, leaving and resizing are never a yes',
    unchecked(`${CONSENT}, example 16; ${CNIL}; ${GARANTE}`),
  ),
  criterion(
    'L6',
    'The page can be read and used, by hand and by keyboard, while the banner stands',
    unchecked(`${CONSENT}, paragraphs 38 to 41; ${TASKFORCE}, paragraph 13`),
  ),
  criterion(
    'L7',
    'The banner says what was published and nothing more: no pressure, no offers; its verbs are plain, and a visitor’s own tools know them',
    unchecked(`${DECEPTION}: emotional steering, look over there`),
    { tests: [`${HONEST} a banner text that never names cookies`] },
  ),
  criterion(
    'L8',
    'The banner speaks the language of the page, or says which other it speaks',
    unchecked(`${DECEPTION}: language discontinuity`),
  ),
  criterion(
    'L9',
    'The same answers stand in the same order on a telephone and on a desktop',
    unchecked(`${DECEPTION}: inconsistent interface`),
  ),
  criterion(
    'L10',
    'Saving grants exactly the switches that are shown: kept, shown, signalled and recorded are one',
    unchecked(`${DECEPTION}: misleading action`),
  ),
  criterion(
    'L11',
    'Legitimate interest is no basis for storing or reading anything, and stands nowhere beside consent',
    unchecked(`${TASKFORCE}, practice H`),
    { tests: [`${HONEST} legitimate interests as a basis for cookies`] },
  ),
  criterion(
    'L12',
    'A cookie declared necessary that is known as statistics or advertising is pointed out',
    unchecked(`${TASKFORCE}, practice I`),
    {
      tests: [
        'test/scan/judge.test.ts › a cookie that is declared necessary and known as analytics or marketing is in doubt',
        `${HONEST} analytics called necessary`,
      ],
    },
  ),
  criterion(
    'L13',
    'Before the choice: what for, who asks, that it can be taken back; third parties, counted and by name, within two steps',
    unchecked(`${CONSENT}, minimum of information; ${CNIL}; ${ICO}`),
  ),
  criterion(
    'L14',
    'Each purpose is a choice of its own, and messages are never bundled with cookies',
    unchecked(`GDPR Art. 7(2); ${ICO}`),
    {
      tests: [
        `${HONEST} e-mail and SMS bundled in one box`,
        `${HONEST} messages bundled with cookies`,
        `${HONEST} cookies bundled with messages`,
      ],
    },
  ),
  criterion(
    'L15',
    'Every control is on the first layer or one step from it, with one that moves all of them',
    unchecked(`${DECEPTION}: privacy maze, too many options`),
  ),
]
