import { describe } from 'vitest'
import { automaticModeHolds } from './automatic.ts'
import { choicesHold } from './choices.ts'
import type { Launch } from './engine.ts'
import { frameworksHold } from './frameworks.ts'
import { gatesHold } from './gates.ts'
import { hostAwayHolds } from './host-away.ts'
import { matrixHolds } from './matrix.ts'
import { pageLifeHolds } from './page-life.ts'
import { useStage } from './stage.ts'
import { surroundingsHold } from './surroundings.ts'
import { withdrawalsHold } from './withdrawal.ts'
import { viewsHold } from './views.ts'

/** What must hold in every engine. */
export function coreSuite(launch: Launch): void {
  const stage = useStage(launch)
  choicesHold(stage)
  gatesHold(stage)
  matrixHolds(stage)
  hostAwayHolds(stage)
  pageLifeHolds(stage)
  viewsHold(stage)
  automaticModeHolds(stage)
  surroundingsHold(stage)
  frameworksHold(stage)
  describe('a site that asks for more', () => {
    withdrawalsHold(stage)
  })
}
