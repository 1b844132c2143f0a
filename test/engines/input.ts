import type { Key } from './engine.ts'

/** Input as both WebDriver protocols describe it. */
export type Input = readonly object[]

const KEYS: Readonly<Record<Key, string>> = { Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C', ' ': ' ' }

export const clickAt = (x: number, y: number): Input => [
  {
    type: 'pointer',
    id: 'mouse',
    parameters: { pointerType: 'mouse' },
    actions: [
      { type: 'pointerMove', x, y },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ],
  },
]

export const press = (key: Key): Input => [
  {
    type: 'key',
    id: 'keyboard',
    actions: ['keyDown', 'keyUp'].map(type => ({ type, value: KEYS[key] })),
  },
]
