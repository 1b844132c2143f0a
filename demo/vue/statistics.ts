import { defineComponent, h } from 'vue'

declare global {
  interface Window {
    /** What has run, for whoever looks. */
    ran?: string[]
  }
}

;(window.ran ??= []).push('statistics')

export const Statistics = defineComponent(() => () => h('p', 'This visit is counted.'))
