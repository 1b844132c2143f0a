import { VISITS } from './factors.ts'
import { noAnswerIsNoYes } from './no-answer.ts'

noAnswerIsNoYes(VISITS)
