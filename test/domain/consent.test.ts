import { expect, test } from 'vitest'
import { isComplete, offeredPurposes } from '../../shared/domain/consent.ts'
import { isRightToLeft, pickLanguage } from '../../shared/domain/language.ts'

const purposes = [
  { id: 'necessary', required: true, gpc: false },
  { id: 'analytics', required: false, gpc: false },
  { id: 'marketing', required: false, gpc: true },
]

test('"Accept all" covers every optional purpose, and with GPC on none that it covers', () => {
  expect(offeredPurposes(purposes, false)).toEqual(['analytics', 'marketing'])
  expect(offeredPurposes(purposes, true)).toEqual(['analytics'])
})

test('choices are complete when every optional purpose has an answer, yes or no', () => {
  expect(isComplete({ analytics: false, marketing: false }, purposes, false)).toBe(true)
  expect(isComplete({ analytics: true }, purposes, false)).toBe(false)
  expect(isComplete({ analytics: true }, purposes, true)).toBe(true)
  expect(isComplete({}, purposes, true)).toBe(false)
})

test('a purpose with the name of an inherited property is unanswered until it is answered', () => {
  expect(isComplete({}, [{ id: 'constructor', required: false, gpc: false }], false)).toBe(false)
})

test('the exact language is preferred to its primary one, in the order of preference', () => {
  expect(pickLanguage(['de-AT', 'en'], ['en', 'de'])).toBe('de')
  expect(pickLanguage(['fr', 'AR-eg'], ['en', 'ar'])).toBe('ar')
  expect(pickLanguage(['en-GB'], ['en', 'en-GB'])).toBe('en-GB')
})

test('who reads none of the languages gets the first', () => {
  expect(pickLanguage(['fr', ''], ['de', 'en'])).toBe('de')
  expect(pickLanguage([], ['de'])).toBe('de')
})

test('Arabic is written from right to left, German is not, nor Aromanian', () => {
  expect(['ar', 'ar-EG', 'HE', 'ckb'].every(isRightToLeft)).toBe(true)
  expect(['de', 'en', 'arn', 'x'].some(isRightToLeft)).toBe(false)
})
