import { isRightToLeft } from '../../shared/domain/language.ts'
import { VISITS } from './factors.ts'
import { keyboardReaches } from './keyboard.ts'

// From left to right, and from right to left.
keyboardReaches([VISITS[0]!, VISITS.find(({ language }) => isRightToLeft(language))!])
