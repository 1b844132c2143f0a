import { describe } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { wholeSuite } from './suite.ts'

describe('Chromium', () => {
  wholeSuite(launchChromium)
})
