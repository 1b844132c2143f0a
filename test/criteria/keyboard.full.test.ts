import { VISITS } from './factors.ts'
import { keyboardReaches } from './keyboard.ts'

keyboardReaches(VISITS)
