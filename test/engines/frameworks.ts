import { beforeAll, describe, expect, test } from 'vitest'
import { bundleProgram } from '../browser/frameworks/program.ts'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, ran } from './visit.ts'

const GATES = `<consent-gate purpose="analytics" service="tempo">
    <i slot="fallback">out</i>
    <template><b>in HTML</b><script>(window.ran ??= []).push('inside')</script></template>
  </consent-gate>
  <consent-gate purpose="preferences" service="nimbus"><template><b>of nobody</b></template></consent-gate>
  <main id="react"></main><main id="vue"></main>`

/** Each framework beside the others; React and Vue with what they show while closed. */
const PROGRAM = `import 'assent/element'
  import * as react from 'assent/react'
  import * as vue from 'assent/vue'
  import { createRoot } from 'react-dom/client'
  import { createApp, h } from 'vue'
  const asked = { purpose: 'analytics', service: 'tempo' }
  createRoot(document.querySelector('#react')).render(
    <react.ConsentGate {...asked} fallback={<i>out</i>}><b>in React</b></react.ConsentGate>)
  createApp(() => h(vue.ConsentGate, asked, { default: () => h('b', 'in Vue'), fallback: () => h('i', 'out') }))
    .mount('#vue')`

export function frameworksHold(stage: Stage): void {
  describe('gates of React, of Vue and of plain HTML', () => {
    let program: string
    beforeAll(async () => {
      program = await bundleProgram(PROGRAM)
    })
    const shown = async (): Promise<[inside: number, outside: number]> => [
      await stage.tab.count('b'),
      await stage.tab.count('i'),
    ]

    test('are closed before the answer, open after consent, and closed when it is taken back', async () => {
      const script = `<script>${program.replaceAll('</script', '<\\/script')}</script>`
      await stage.tab.go(
        stage.pageOf(`<!doctype html><title>Gates</title>${stage.world.snippet}<body>${GATES}${script}`),
      )
      await stage.tab.shows(FIRST.accept)
      await eventually(shown).toEqual([0, 3])
      await stage.tab.click(FIRST.accept)
      await eventually(shown).toEqual([3, 0])
      await eventually(() => ran(stage.tab)).toEqual(['inside'])
      await acknowledged(stage.tab, stage.network, 1)
      await stage.tab.evaluate('window.assent.withdraw()')
      await eventually(shown).toEqual([0, 3])
      await aMoment(stage.tab)
      expect(await ran(stage.tab)).toEqual([])
    })
  })
}
