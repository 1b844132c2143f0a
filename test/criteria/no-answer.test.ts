import { VISITS } from './factors.ts'
import { noAnswerIsNoYes } from './no-answer.ts'

// One visit for each layout: what is no answer in one language is none in the next.
noAnswerIsNoYes(
  VISITS.filter(({ layout }, i) => VISITS.findIndex(visit => visit.layout === layout) === i).slice(0, 3),
)
