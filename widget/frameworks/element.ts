import { assent, type Watched } from './assent.ts'
import { gateOf } from './gate.ts'

export { assent, type Consent } from './assent.ts'

/** On a server there are no elements, and the file is imported there all the same. */
const Base = globalThis.HTMLElement ?? Object

/**
 * `<consent-gate purpose="marketing" service="vista">`: what is in its `<template>` comes into the page once it may, and what has
 * `slot="fallback"` is shown until then. Everything stays in the page itself, where its styles reach it.
 */
export class ConsentGate extends Base {
  static readonly observedAttributes: readonly string[] = ['purpose', 'service']

  /** Attributes, each with its property. */
  get purpose(): string {
    return this.getAttribute('purpose') ?? ''
  }
  set purpose(id: string) {
    this.setAttribute('purpose', id)
  }
  get service(): string | null {
    return this.getAttribute('service')
  }
  set service(id: string | null) {
    if (id === null) this.removeAttribute('service')
    else this.setAttribute('service', id)
  }
  /** What it holds is in the page. Each change is told by the event `toggle`. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  #isOpen = false
  #template: HTMLTemplateElement | undefined
  /** As it stood there at first; what is out of the template is not in it. */
  #markup = ''
  #gate: Watched<boolean> | undefined
  #stop: (() => void) | undefined
  /** What came out of the template. */
  #inside: readonly ChildNode[] = []
  readonly #shown = document.createElement('slot')

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [(sheet ??= plain())]
    this.#shown.name = 'fallback'
    root.append(this.#shown)
    this.addEventListener('click', ({ target }) => {
      if ((target as Element).closest('[data-consent-settings]')) assent.open('settings')
    })
  }

  connectedCallback(): void {
    // Until then what is inside may be half there.
    if (document.readyState === 'loading')
      document.addEventListener('DOMContentLoaded', () => this.isConnected && this.#begin(), { once: true })
    else this.#begin()
  }

  disconnectedCallback(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  attributeChangedCallback(): void {
    if (!this.#stop) return
    this.disconnectedCallback()
    this.#begin()
  }

  #begin(): void {
    if (!this.#template) {
      this.#template = this.querySelector<HTMLTemplateElement>(':scope > template') ?? undefined
      this.#markup = this.#template?.innerHTML ?? ''
    }
    if (!this.#template || this.#stop) return
    this.#gate = gateOf({
      purpose: this.purpose,
      service: this.service ?? undefined,
      markup: this.#markup,
    })
    this.#stop = this.#gate.subscribe(() => this.#follow())
    this.#follow()
  }

  #follow(): void {
    const isOpen = this.#gate!.read()
    if (isOpen === this.#isOpen) return
    this.#isOpen = isOpen
    if (isOpen) this.#open()
    else this.#template!.content.append(...this.#inside)
    this.#shown.name = isOpen ? '' : 'fallback'
    this.dispatchEvent(new Event('toggle'))
  }

  #open(): void {
    const { content } = this.#template!
    // The loader runs them: in their order, once, and under the page's policy.
    for (const script of content.querySelectorAll<HTMLScriptElement>('script:not([data-consent])')) {
      Object.assign(script.dataset, { consent: this.purpose, type: script.type })
      if (this.service !== null) script.dataset['service'] = this.service
      script.type = 'text/plain'
    }
    this.#inside = [...content.childNodes]
    this.#template!.after(content)
  }
}

let sheet: CSSStyleSheet | undefined
/** It is laid out as if it were not there. Not by an attribute: a page's policy may refuse that. */
function plain(): CSSStyleSheet {
  const made = new CSSStyleSheet()
  made.replaceSync(':host{display:contents}:host([hidden]){display:none}')
  return made
}

if (globalThis.customElements && !customElements.get('consent-gate'))
  customElements.define('consent-gate', ConsentGate)

declare global {
  interface HTMLElementTagNameMap {
    'consent-gate': ConsentGate
  }
}
