import { describe } from 'vitest'
import { launchWebKit } from './webkit.ts'
import { coreSuite } from './core-suite.ts'

describe('WebKit', () => {
  coreSuite(launchWebKit)
})
