import { assent, ConsentGate, useConsent } from 'assent/vue'
import { defineAsyncComponent, defineComponent, h, ref } from 'vue'

/** Nothing of it asks anybody: it works with or without an answer. */
const Picks = defineComponent(() => {
  const picks = ref(0)
  return () =>
    h('p', h('button', { type: 'button', onClick: () => picks.value++ }, `Picks woven: ${picks.value}`))
})

/** Somebody else's player: its address is not asked for before the visitor has agreed. */
const Film = () =>
  h('section', [
    h('h2', 'The film'),
    h(
      ConsentGate,
      { purpose: 'marketing', service: 'vista' },
      {
        default: () =>
          h('iframe', { src: '/vendor/vista.html', title: 'The loom at work', sandbox: 'allow-scripts' }),
        fallback: () => h('p', 'It comes from Vista, which wants to recognise you. It waits for your yes.'),
      },
    ),
  ])

/** Nobody has approved this service, so it stays out, whatever the visitor says. */
const Yarn = () =>
  h('section', [
    h('h2', 'The yarn'),
    h(
      ConsentGate,
      { purpose: 'preferences', service: 'nimbus' },
      { default: () => h('p', 'Yarn prices, by Nimbus'), fallback: () => h('p', 'Yarn prices: not today.') },
    ),
  ])

/** Code that is not even fetched before it may run. */
const Statistics = defineAsyncComponent(() => import('./statistics.ts').then(module => module.Statistics))

const Visits = defineComponent(() => {
  const { granted, known } = useConsent('analytics')
  return () =>
    h('section', [
      h('h2', 'The count'),
      h('p', `Statistics: ${granted.value ? 'allowed' : known.value ? 'refused' : 'not answered'}`),
      h(ConsentGate, { purpose: 'analytics' }, { default: () => h(Statistics) }),
    ])
})

export const App = () =>
  h('main', { class: 'example' }, [
    h('h1', 'How a cloth is made'),
    h('p', 'A loom lifts some threads and lets the shuttle pass under them. Row after row, that is a cloth.'),
    h(Picks),
    h(Film),
    h(Yarn),
    h(Visits),
    h('p', [
      h('button', { type: 'button', onClick: () => assent.open('settings') }, 'Cookie settings'),
      ' ',
      h('button', { type: 'button', onClick: () => assent.withdraw() }, 'Take everything back'),
    ]),
  ])
