import { describe } from 'vitest'
import { launchChromium } from './chromium.ts'
import { coreSuite } from './core.ts'

describe('Chromium', () => coreSuite(launchChromium))
