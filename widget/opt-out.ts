import type { Channel } from '../shared/domain/site.ts'
import type { ConsentHandle } from './consent/handle.ts'
import { maker, postForm } from './consent/post-form.ts'
import { addStyles } from './ui/add-styles.ts'
import { factsIn } from './ui/facts.ts'
import { beBanner, offer } from './ui/offer.ts'

export { element } from './ui/element.ts'

/** Views of this module so far: each form on a page may show its own. */
let count = 0

/** In place of a form that asks, which stands there again once this is closed, or else as a small banner. */
export function show(
  handle: ConsentHandle,
  css: string,
  make: () => HTMLElement,
  // Never one banner over the other.
  where: HTMLElement | null = document.querySelector('body>.assent-offer'),
): () => void {
  const opener = document.activeElement as HTMLElement | null
  const root = make()
  const box = root.firstElementChild as HTMLElement
  const find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector)!
  const form = find('form')
  const fields = Array.from(root.querySelectorAll('input'), field => ({
    channel: field.dataset.fault as Channel,
    field,
  }))
  const optOut = maker({ method: 'form' })
  const [sheet, removeStyles] = addStyles(css)
  const facts = factsIn(root)

  const submit = async (): Promise<void> => {
    if (facts.has('sending')) return
    facts.forgetFaults()
    const named = fields.filter(({ channel, field }) => field.value.trim() && !facts.has(`done:${channel}`))
    if (named[0]) await send(named)
    else facts.add('nothing')
    facts.tell()
    find(facts.has('over') ? '.assent-done' : '[aria-invalid=true]')?.focus()
  }

  const send = async (named: typeof fields): Promise<void> => {
    facts.add('sending').tell()
    const optOuts = named.map(({ channel, field }) => optOut(channel, field.value))
    const answers = await postForm(handle, 'opt-outs', { optOuts })
    facts.delete('sending')
    if (typeof answers === 'string') return void facts.add(answers)
    for (const { id, channel } of optOuts) {
      const answer = answers.find(each => each.id === id)
      if (answer && !answer.refused) {
        facts.add('done').add(`done:${channel}`)
        find(`[data-receipt=${channel}]`).textContent = id
      } else facts.add(answer?.refused === 'invalid-address' ? `${channel}:invalid-address` : 'failed')
    }
    if (named.every(({ channel }) => facts.has(`done:${channel}`))) facts.add('over')
  }

  count++
  for (const each of root.querySelectorAll('[id]')) each.id += `-${count}`
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  facts.tell()
  let remove: () => void
  const close = (): void => {
    remove()
    removeStyles()
    opener?.focus()
  }
  find('[data-assent=close]').addEventListener('click', close)
  if (where) {
    const replaced = [...where.childNodes]
    where.replaceChildren(root)
    remove = () => where.replaceChildren(...replaced)
    if (where.matches('.assent-offer')) beBanner(where, box, sheet)
  } else remove = offer(root, sheet, close)
  root.addEventListener('keydown', event => {
    // Embedded, it is part of the owner's page, whose Escape it is.
    if (event.key !== 'Escape' || !root.closest('.assent-offer')) return
    event.preventDefault()
    close()
  })
  find('h2').focus()
  return close
}
