import { describe } from 'vitest'
import { launchWebKit } from '../webkit.ts'
import { wholeSuite } from './suite.ts'

describe('WebKit', () => {
  wholeSuite(launchWebKit)
})
