import { VISITS } from './factors.ts'
import { noAnswerIsNoYes } from './no-answer.ts'

// One visit: what is no answer here is hardly one in another colour. `npm run test:all` looks at all of them.
noAnswerIsNoYes(VISITS.slice(0, 1))
