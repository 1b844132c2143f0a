import { describe } from 'vitest'
import { launchFirefox } from './firefox.ts'
import { coreSuite } from './core.ts'

describe('Firefox', () => coreSuite(launchFirefox))
