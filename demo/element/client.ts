import { assent, type ConsentGate } from 'assent/element'

/** Nothing of it asks anybody: it works with or without an answer. */
const button = document.querySelector<HTMLButtonElement>('#picks')!
let picks = 0
button.addEventListener('click', () => (button.textContent = `Picks woven: ${++picks}`))

const gate = document.querySelector<ConsentGate>('consent-gate[purpose=analytics]')!
const words = document.querySelector('#statistics')!
gate.addEventListener(
  'toggle',
  () => (words.textContent = `Statistics: ${gate.isOpen ? 'allowed' : 'waiting'}`),
)

document.querySelector('#settings')!.addEventListener('click', () => assent.open('settings'))
document.querySelector('#withdraw')!.addEventListener('click', () => assent.withdraw())
