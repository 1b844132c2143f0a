import { ALL_VISITS } from './factors.ts'
import { firstLayerHolds } from './first-layer.ts'

firstLayerHolds(ALL_VISITS)
