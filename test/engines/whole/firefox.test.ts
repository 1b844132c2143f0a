import { describe } from 'vitest'
import { launchFirefox } from '../firefox.ts'
import { wholeSuite } from './suite.ts'

describe('Firefox', () => {
  wholeSuite(launchFirefox)
})
