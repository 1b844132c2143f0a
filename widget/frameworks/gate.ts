import { consentTo, subscribe, type Watched } from './assent.ts'

export interface GateSettings {
  readonly purpose: string
  /** Id of a service of the site's configuration: one that is not approved stays closed, whatever was granted. */
  readonly service?: string | undefined
  /** Markup that is to come in: it stays closed, too, when a host of a service that is not approved is in it. */
  readonly markup?: string | undefined
}

const gates = new Map<string, Watched<boolean>>()

/** Whether something may be shown. Gates of the same settings are one. */
export function gateOf(settings: GateSettings): Watched<boolean> {
  const { purpose, service, markup } = settings
  const name = JSON.stringify([purpose, service, markup])
  let gate = gates.get(name)
  if (!gate) gates.set(name, (gate = newGate(settings)))
  return gate
}

/**
 * The loader is the judge: a marked template in the head holds a token, and once that is in the page, the gate is open. So a gate
 * honours what every marked element honours, and when a purpose is taken back, the page is reloaded as for those.
 */
function newGate({ purpose, ...settings }: GateSettings): Watched<boolean> {
  const listeners = new Set<() => void>()
  const tellAll = (): void => {
    for (const tell of listeners) tell()
  }
  let isOpened = false
  let template: HTMLTemplateElement | undefined
  let token: Comment
  let observer: MutationObserver
  let stop: () => void

  const make = (): HTMLTemplateElement => {
    template = document.createElement('template')
    token = document.createComment('')
    template.content.append(token)
    Object.assign(template.dataset, { consent: purpose }, defined(settings))
    observer = new MutationObserver(look)
    return template
  }
  function look(): void {
    if (isOpened || !token.isConnected) return
    isOpened = true
    observer.disconnect()
    token.remove()
    tellAll()
  }
  function ask(): void {
    look()
    // Again, when what replaces the head of a page while it lives has taken it along.
    if (!isOpened && !template!.isConnected) document.head.append(template!)
    tellAll()
  }
  function begin(): void {
    template ??= make()
    if (!isOpened) observer.observe(document.head, { childList: true })
    stop = subscribe(ask)
    ask()
  }
  function end(): void {
    stop()
    observer.disconnect()
    // Nobody waits any more: opened later, it would have the page reloaded for nothing.
    template!.remove()
  }
  return {
    read: () => isOpened && consentTo(purpose).granted,
    subscribe(tell) {
      listeners.add(tell)
      if (listeners.size === 1) begin()
      return () => {
        listeners.delete(tell)
        if (listeners.size === 0) end()
      }
    },
  }
}

const defined = (settings: object): object =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
