import { describe } from 'vitest'
import { nothingKeptHolds } from './nothing-kept.ts'
import { launchWebKit } from './webkit.ts'
import { coreSuite } from './core-suite.ts'

describe('WebKit', () => {
  coreSuite(launchWebKit)
})

describe('WebKit whose owner lets no site keep anything', () => {
  nothingKeptHolds(launchWebKit)
})
