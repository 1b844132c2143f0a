import { describe } from 'vitest'
import { launchWebKit } from './webkit.ts'
import { coreSuite } from './core.ts'

describe('WebKit', () => coreSuite(launchWebKit))
