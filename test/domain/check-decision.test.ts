import { describe, expect, test } from 'vitest'
import {
  checkDecision,
  offeredOf,
  type PublishedConfiguration,
  type RefusalReason,
} from '../../shared/domain/check-decision.ts'
import type { ConsentDecision } from '../../shared/domain/consent.ts'

const published: PublishedConfiguration = {
  programs: [],
  rules: [{ regions: ['US'], regime: 'opt-out' }],
  purposes: [
    { id: 'necessary', required: true, gpc: false },
    { id: 'analytics', required: false, gpc: false },
    { id: 'marketing', required: false, gpc: true },
  ],
  texts: new Set(['first.en:aa', 'first.de:bb', 'settings.en:cc', 'embed.en:dd', 'loader:ee']),
}

const decision: ConsentDecision & { secret?: string } = {
  id: '01a01a01-abcd-7000-8000-000000000001',
  type: 'decision',
  decidedAt: 1_795_334_400_000,
  configuration: 'ff',
  text: 'aa',
  language: 'en',
  method: 'banner',
  choices: { analytics: true, marketing: true },
  secret: 'ab'.repeat(20),
}

const { text: _, ...textless } = decision
const { secret: __, ...secretless } = decision

const reasonFor = (changed: typeof decision): RefusalReason | undefined =>
  checkDecision(changed, published)?.reason

describe('stored', () => {
  test.each<[string, typeof decision]>([
    ['everything granted', decision],
    [
      'everything refused, without a secret',
      { ...secretless, choices: { analytics: false, marketing: false } },
    ],
    ['everything refused, with one', { ...decision, choices: { analytics: false, marketing: false } }],
    ['another language with its own text', { ...decision, language: 'de', text: 'bb' }],
    ['settings with theirs', { ...decision, method: 'settings', text: 'cc' }],
    ['with GPC on, what it covers unasked', { ...decision, gpc: true, choices: { analytics: true } }],
    ['with GPC on, what it covers granted by name', { ...decision, gpc: true }],
    ['one purpose from an embed', { ...decision, method: 'embed', text: 'dd', choices: { marketing: true } }],
    [
      "one purpose from the site's own interface",
      { ...textless, method: 'api', choices: { marketing: true } },
    ],
    [
      'the signal as an act of its own, where opting out is the rule',
      {
        ...textless,
        ...secretless,
        text: undefined,
        method: 'gpc',
        gpc: true,
        choices: { marketing: false },
        under: { regime: 'opt-out', region: 'US' },
      } as unknown as typeof decision,
    ],
    ['a withdrawal', { ...decision, type: 'withdrawal', choices: { analytics: false, marketing: false } }],
  ])('%s', (_, changed) => expect(reasonFor(changed)).toBeUndefined())
})

describe('refused', () => {
  test.each<[RefusalReason, string, typeof decision]>([
    ['unknown-text', 'a text of another language', { ...decision, language: 'de' }],
    ['unknown-text', 'a text of another view', { ...decision, method: 'settings' }],
    ['unknown-text', 'a text never published', { ...decision, text: '00' }],
    ['unknown-text', 'no text where one was shown', textless],
    ['unknown-text', 'a text where none of ours was shown', { ...decision, method: 'api' }],
    [
      'unknown-purpose',
      'a purpose nobody was asked about',
      { ...decision, choices: { ...decision.choices, other: false } },
    ],
    [
      'unknown-purpose',
      'a name every object has',
      { ...decision, choices: { ...decision.choices, constructor: true } },
    ],
    [
      'required-purpose',
      'a choice about what is necessary',
      { ...decision, choices: { ...decision.choices, necessary: true } },
    ],
    ['incomplete-choices', 'a purpose left out', { ...decision, choices: { analytics: true } }],
    [
      'incomplete-choices',
      'GPC covering only its own',
      { ...decision, gpc: true, choices: { marketing: true } },
    ],
    ['incomplete-choices', 'no choice at all', { ...decision, method: 'embed', text: 'dd', choices: {} }],
    ['withdrawal-grants', 'a withdrawal that grants', { ...decision, type: 'withdrawal' }],
    ['secret-required', 'a grant without a secret', secretless],
  ])('%s: %s', (reason, _, changed) => {
    const refusal = checkDecision(changed, published)
    expect(refusal?.reason).toBe(reason)
    expect(refusal?.detail).toBeTruthy()
  })

  test('unknown-configuration', () => {
    expect(checkDecision(decision, undefined)?.reason).toBe('unknown-configuration')
  })
})

test('the widget asks about everything but messages, and requires only the necessary', () => {
  expect(
    offeredOf([
      { id: 'needed', kind: 'necessary' },
      { id: 'ads', kind: 'marketing', gpc: true },
      { id: 'letters', kind: 'messages' },
    ]),
  ).toEqual([
    { id: 'needed', required: true, gpc: false },
    { id: 'ads', required: false, gpc: true },
  ])
})
