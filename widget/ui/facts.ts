export interface Facts extends Set<string> {
  /** Shows what waits for the facts as they are now. */
  tell(): void
  /** What was wrong is no more, or not yet again; what was recorded stays. */
  forgetFaults(): void
}

/** What is so in one form that is shown; `also` follows from it too. */
export function factsIn(root: HTMLElement, also: () => void = () => {}): Facts {
  const all = (selector: string) => root.querySelectorAll<HTMLElement>(selector)
  const facts = new Set<string>()
  const tell = (): void => {
    for (const each of all('[data-when]')) each.hidden = !facts.has(each.dataset.when!)
    for (const each of all('[data-unless]')) each.hidden = facts.has(each.dataset.unless!)
    also()
    for (const field of all('[data-fault]')) {
      const fault = root.querySelector(`[id^=assent-${field.dataset.fault}-]:not([hidden])`)
      field.removeAttribute('aria-describedby')
      if (fault) field.setAttribute('aria-describedby', fault.id)
      field.setAttribute('aria-invalid', `${!!fault}`)
    }
  }
  return Object.assign(facts, {
    tell,
    forgetFaults() {
      for (const fact of facts) if (!/^(done|over|waits)/.test(fact)) facts.delete(fact)
      tell()
    },
  })
}
