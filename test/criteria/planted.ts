import { switchOffEach, type GateOff } from '../gates-off.ts'
import type { CommandEnd } from '../support/run-command.ts'
import { sayVisit, VISITS, type Visit } from './factors.ts'

const FIRST = VISITS[0]!
/** Where the window is so small that only care leaves a line of the page. */
const TIGHT = VISITS.find(({ screen }) => screen === '400 % zoom')!
const inVisit = (title: string, visit: Visit = FIRST): string =>
  `test/criteria/first-layer.test.ts › ${sayVisit(visit)} › ${title}`
const noAnswer = (title: string): string =>
  `test/criteria/no-answer.test.ts › ${sayVisit(FIRST)} › L5 no yes: ${title}`

const BUTTON = '#assent > section button:hover {'
const L1 = 'L1 refusing is a button of the first layer as accepting is, in sight without scrolling'
const before = (title: string): string => `test/criteria/before.test.ts › ${title}`

/** What a banner of bad faith, or a slip, would do. Each is planted once, and must be noticed by the test beside it. */
const PLANTED: readonly GateOff[] = [
  {
    gate: 'refusing hidden below the fold',
    file: 'widget/ui/first.css',
    find: BUTTON,
    replace: `#assent > section [data-assent='reject'] { position: relative; top: 300px; }\n${BUTTON}`,
    test: inVisit(L1),
  },
  {
    gate: 'refusing drawn smaller and paler',
    file: 'widget/ui/first.css',
    find: BUTTON,
    replace: `#assent > section [data-assent='reject'] { background: none; color: inherit; font-weight: 400; }\n${BUTTON}`,
    test: inVisit(
      'L2 refusing is as large, as near and as plain to see as accepting, and no script points at either',
    ),
  },
  {
    gate: 'refusing takes a second press',
    file: 'widget/first.ts',
    find: 'reject!.onclick = answer(false)',
    replace: 'reject!.onclick = () => void (reject!.onclick = answer(false))',
    test: inVisit('L3 one press refuses, as one accepts, and refusing takes no more keys'),
  },
  {
    gate: 'a switch is on in advance',
    file: 'widget/ui/purpose.tsx',
    find: 'checked={isOn}',
    replace: "checked={isOn || id === 'analytics'}",
    test: inVisit('L4 nothing optional is switched on before somebody does it'),
  },
  {
    gate: 'Escape grants',
    file: 'widget/first.ts',
    find: '      later()\n',
    replace: '      answer(true)()\n',
    test: noAnswer('Escape in the page'),
  },
  {
    gate: 'the banner lets the focus go under it',
    file: 'widget/first.ts',
    find: '  keepClear(root, box, sheet)\n',
    replace: '',
    test: inVisit('L6 the page can be read and used while the banner stands', TIGHT),
  },
  {
    gate: 'the banner says what others did',
    file: 'widget/ui/banner.tsx',
    find: '{texts.text} {texts.change}',
    replace: '{texts.text} Most people accept. {texts.change}',
    test: inVisit(
      'L7 the banner says what the published words say and nothing more, and its buttons are plain verbs',
    ),
  },
  {
    gate: 'the eye meets the answers in another order than the keyboard',
    file: 'widget/ui/first.css',
    find: BUTTON,
    replace: `#assent > section [data-assent='settings'] { order: -1; }\n${BUTTON}`,
    test: inVisit('L9 the same answers stand in the same order, to the eye as to the keyboard'),
  },
  {
    gate: 'saving grants a little more than is shown',
    file: 'widget/ui/model.ts',
    find: '.map(p => [p.id, isOn(p.id)]),',
    replace: ".map(p => [p.id, isOn(p.id) || p.id === 'preferences']),",
    test: 'test/criteria/saved-as-shown.test.ts › L10 W4 what is saved is what is shown, kept, signalled and recorded, whatever the switches (walk 11)',
  },
  {
    gate: 'nothing waits for a choice',
    file: 'widget/consent/state.ts',
    find: '(required || record?.choices[id])',
    replace: '(required || !record || record.choices[id])',
    test: before(
      'P1 P2 before a choice nothing is kept in any way, no answer sets a cookie, and no other host hears of the visit',
    ),
  },
  {
    gate: 'a choice never ends',
    file: 'widget/consent/state.ts',
    find: 'configuration.expiresAfter > Date.now()',
    replace: 'configuration.expiresAfter > 0',
    test: 'test/criteria/memory.test.ts › W5 W6 “accept” holds to its last second, for months and nobody is asked; a second later the banner is back and all is denied',
  },
  {
    gate: 'a refusal is kept for a day only',
    file: 'widget/consent/decide.ts',
    find: 'const { place, expiresAfter } = ours',
    replace: 'const { place } = ours\n    const expiresAfter = grants ? ours.expiresAfter : 86_400_000',
    test: 'test/criteria/memory.test.ts › W5 W6 a refusal and a grant are kept for the same time, which is what is configured and less than browsers allow',
  },
  {
    gate: 'tags are told granted by default',
    file: 'widget/gates/google-consent-mode.ts',
    find: "(flags >> bit) & 1 ? 'granted'",
    replace: "(flags >> bit) & 1 || command === 'default' ? 'granted'",
    test: 'test/criteria/signals.test.ts › C1 C2 the script after ours finds the default, all seven denied, as an arguments object (ours 0 ms late)',
  },
  {
    gate: 'the opt-out signal is seen only when the loader has come',
    file: 'widget/snippet.ts',
    find: 'const isMasked = navigator.globalPrivacyControl &&',
    replace: 'const isMasked = !navigator &&',
    test: 'test/criteria/privacy-control.test.ts › G7 a grant from before the signal is masked from the first line of the page on, before anything of ours has come',
  },
  {
    gate: 'Tab leaves a part of the settings out',
    file: 'widget/ui/keep-inside.ts',
    find: 'input,select,summary',
    replace: 'input,summary',
    test: `test/criteria/keyboard.test.ts › A4 the settings take the focus to their title, keep it, close by Escape, and give it back (${sayVisit(FIRST)})`,
  },
]

/** Passes when each of them was noticed. */
export const plantFaults = (): Promise<CommandEnd> => switchOffEach('criteria', PLANTED, inVisit(L1))
