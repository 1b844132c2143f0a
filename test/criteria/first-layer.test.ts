import { VISITS } from './factors.ts'
import { firstLayerHolds } from './first-layer.ts'

firstLayerHolds(VISITS)
