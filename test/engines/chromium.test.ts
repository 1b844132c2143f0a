import { describe } from 'vitest'
import { launchChromium } from './chromium.ts'
import { coreSuite } from './core-suite.ts'

describe('Chromium', () => {
  coreSuite(launchChromium)
})
