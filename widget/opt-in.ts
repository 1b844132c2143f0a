import type { Channel } from '../shared/domain/site.ts'
import type { ConsentHandle, Shown } from './consent/handle.ts'
import { optInMaker, postOptIns } from './consent/opt-ins.ts'
import { addStyles } from './ui/add-styles.ts'
import { keepClear } from './ui/keep-clear.ts'

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
  const box = root.firstElementChild as HTMLElement
  const find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector)!
  const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)]
  const form = find('form')
  const age = find<HTMLInputElement>('[name=of-age]')
  const program = root.dataset.program!
  const channels = all('[data-channel]').map(block => {
    const [tick, field] = block.querySelectorAll('input') as never as [HTMLInputElement, HTMLInputElement]
    return { channel: block.dataset.channel as Channel, tick, field }
  })
  const { text, configuration, language } = shown
  const optIn = optInMaker({
    program,
    text,
    configuration,
    language,
    method: where ? 'form' : 'offer',
    ...(age && { ofAge: true }),
  })
  const [sheet, removeStyles] = addStyles(css)
  /** What is so now; shows the elements that wait for it. */
  const facts = new Set<string>()

  const tell = (): void => {
    for (const each of all('[data-when]')) each.hidden = !facts.has(each.dataset.when!)
    for (const each of all('[data-unless]')) each.hidden = facts.has(each.dataset.unless!)
    for (const { tick, field } of channels) field.required = !(field.disabled = !tick.checked)
    for (const field of all('[data-fault]')) {
      const fault = find(`[id^=assent-${field.dataset.fault}-]:not([hidden])`)
      field.removeAttribute('aria-describedby')
      if (fault) field.setAttribute('aria-describedby', fault.id)
      field.setAttribute('aria-invalid', `${!!fault}`)
    }
  }
  const forgetFaults = (): void => {
    for (const fact of facts) if (!/^(done|over|waits)/.test(fact)) facts.delete(fact)
    tell()
  }
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
    forgetFaults()
    const ticked = channels.filter(({ channel, tick }) => tick.checked && !facts.has(`done:${channel}`))
    const empty = ticked.filter(({ field }) => !field.value.trim())
    for (const { channel } of empty) facts.add(`${channel}:empty`)
    // Nobody's address leaves the page before they have said that they are old enough.
    const isMinor = ticked[0] && age && !age.checked
    if (isMinor) facts.add('of-age:minor')
    if (!ticked[0]) facts.add('nothing')
    else if (!empty[0] && !isMinor) await send(ticked)
    tell()
    find(facts.has('over') ? '.assent-done' : '[aria-invalid=true]')?.focus()
  }

  const send = async (ticked: typeof channels): Promise<void> => {
    facts.add('sending')
    tell()
    const optIns = ticked.map(({ channel, field }) => optIn(channel, field.value))
    const answers = await postOptIns(handle, optIns)
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

  const close = (): void => {
    document.removeEventListener('keydown', onKey)
    if (where) where.replaceChildren(...replaced)
    else root.remove()
    removeStyles()
  }
  const dismiss = (): void => {
    keepQuiet()
    close()
  }
  const onKey = ({ key, target, defaultPrevented }: KeyboardEvent): void => {
    if (key === 'Escape' && !defaultPrevented && (target === document.body || box.contains(target as Node)))
      dismiss()
  }

  count++
  for (const each of all('[id]')) each.id += `-${program}-${count}`
  for (const link of root.querySelectorAll('a')) link.href = handle.base + link.getAttribute('href')
  form.addEventListener('change', ({ target }) => {
    // Not when a field is left: what vanishes under the pointer would take its click along.
    if ((target as HTMLInputElement).type === 'checkbox' && !facts.has('sending')) forgetFaults()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  tell()
  const replaced = [...(where?.childNodes ?? [])]
  const closer = find('[data-assent=close]')
  if (where) {
    closer.remove()
    where.replaceChildren(root)
    return close
  }
  root.classList.add('assent-offer')
  // A region only here: embedded, it is part of the owner's page.
  const title = find('h2')
  box.setAttribute('aria-label', title.textContent)
  closer.addEventListener('click', dismiss)
  document.addEventListener('keydown', onKey)
  keepClear(root, box, sheet)
  document.body.prepend(root)
  // Put in once more, for a screen reader announces what is added to a live region.
  title.setAttribute('aria-live', 'polite')
  setTimeout(() => title.append(title.firstChild!), 99)
  return close
}
