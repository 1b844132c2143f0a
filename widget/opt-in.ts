import type { Channel } from '../shared/domain/site.ts'
import type { ConsentHandle, Shown } from './consent/handle.ts'
import { maker, postForm } from './consent/post-form.ts'
import { addStyles } from './ui/add-styles.ts'
import { factsIn } from './ui/facts.ts'
import { offer } from './ui/offer.ts'

export { element } from './ui/element.ts'

/** Refusals that have words of their own, beside a field or for the whole form. */
const OF_FIELD = ['invalid-address', 'country-not-served']
const OF_FORM: Readonly<Record<string, string>> = {
  minor: 'of-age:minor',
  'program-closed': 'program-closed',
}

/** Views of this module so far: the same form may stand twice on one page. */
let count = 0

/** In the element `where`, in place of what the owner put there, or else as a small banner. */
export function show(
  handle: ConsentHandle,
  shown: Shown,
  css: string,
  make: () => HTMLElement,
  where?: HTMLElement,
): () => void {
  const root = make()
  const find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector)!
  const form = find('form')
  const age = find<HTMLInputElement>('[name=of-age]')
  const stop = find<HTMLAnchorElement>('[data-assent=stop]')
  const program = root.dataset.program!
  const channels = Array.from(root.querySelectorAll<HTMLElement>('[data-channel]'), block => {
    const [tick, field] = block.querySelectorAll('input') as never as [HTMLInputElement, HTMLInputElement]
    return { channel: block.dataset.channel as Channel, tick, field }
  })
  const { text, configuration, language } = shown
  const optIn = maker({
    program,
    text,
    configuration,
    language,
    method: where ? 'form' : 'offer',
    ...(age && { ofAge: true }),
  })
  const [sheet, removeStyles] = addStyles(css)
  const facts = factsIn(root, () => {
    for (const { tick, field } of channels) field.required = !(field.disabled = !tick.checked)
  })

  /** The owner's rule does not offer again in its period what was closed or answered. */
  const keepQuiet = (): void => {
    try {
      const { quiet } = root.dataset
      if (quiet)
        localStorage[`assent_${handle.configuration.site}_quiet_${program}`] =
          Date.now() + Number(quiet) * 86_400_000
    } catch {
      // Storage is blocked: there the rule never offers anything.
    }
  }

  const submit = async (): Promise<void> => {
    if (facts.has('sending')) return
    facts.forgetFaults()
    const ticked = channels.filter(({ channel, tick }) => tick.checked && !facts.has(`done:${channel}`))
    const empty = ticked.filter(({ field }) => !field.value.trim())
    for (const { channel } of empty) facts.add(`${channel}:empty`)
    // Nobody's address leaves the page before they have said that they are old enough.
    const isMinor = ticked[0] && age && !age.checked
    if (isMinor) facts.add('of-age:minor')
    if (!ticked[0]) facts.add('nothing')
    else if (!empty[0] && !isMinor) await send(ticked)
    facts.tell()
    find(facts.has('over') ? '.assent-done' : '[aria-invalid=true]')?.focus()
  }

  const send = async (ticked: typeof channels): Promise<void> => {
    facts.add('sending').tell()
    const optIns = ticked.map(({ channel, field }) => optIn(channel, field.value))
    const answers = await postForm(handle, 'opt-ins', { optIns })
    facts.delete('sending')
    if (typeof answers === 'string') return void facts.add(answers)
    for (const { id, channel } of optIns) {
      const answer = answers.find(each => each.id === id)
      const refused = answer?.refused
      if (answer && !refused) {
        facts.add('done').add(`done:${channel}`)
        if (answer.confirmation === 'double') facts.add(`waits:${channel}`)
        find(`[data-receipt=${channel}]`).textContent = id
        keepQuiet()
      } else if (OF_FIELD.includes(refused!)) facts.add(`${channel}:${refused}`)
      else facts.add(OF_FORM[refused!] ?? 'failed')
    }
    if (ticked.every(({ channel }) => facts.has(`done:${channel}`))) facts.add('over')
  }

  /** The same place, until it is closed: what was typed here is there again then. */
  const openStop = async (): Promise<void> => {
    const module = await handle.load('opt-out')
    // What is on its way is answered here.
    if (facts.has('sending')) return
    if (module) module.default(handle, module, root)
    else location.href = stop.href
  }
  const dismiss = (): void => {
    keepQuiet()
    close()
  }

  count++
  for (const each of root.querySelectorAll('[id]')) each.id += `-${program}-${count}`
  for (const link of root.querySelectorAll('a'))
    link.href = new URL(link.getAttribute('href')!, handle.base).href
  form.addEventListener('change', ({ target }) => {
    // Not when a field is left: what vanishes under the pointer would take its click along.
    if ((target as HTMLInputElement).type === 'checkbox' && !facts.has('sending')) facts.forgetFaults()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  stop.addEventListener('click', event => {
    // A click for a new tab or window is one.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void openStop()
  })
  facts.tell()
  const closer = find('[data-assent=close]')
  let remove: () => void
  const close = (): void => {
    remove()
    removeStyles()
  }
  if (where) {
    const replaced = [...where.childNodes]
    closer.remove()
    where.replaceChildren(root)
    remove = () => where.replaceChildren(...replaced)
  } else {
    closer.addEventListener('click', dismiss)
    remove = offer(root, sheet, dismiss)
  }
  return close
}
