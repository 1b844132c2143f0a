import type { Network } from './network.ts'

export type EngineName = 'Chromium' | 'Firefox' | 'WebKit'

/** One kind of browser, running, whose only way out is the network of the tests. */
export interface Engine {
  readonly name: EngineName
  /** A person who was never here before: nothing of another visitor is shared. */
  visitor(): Promise<Tab>
  close(): Promise<void>
}

/** `privacyControl`: the person has switched on Global Privacy Control in the browser's own settings. */
export type Launch = (network: Network, settings?: { readonly privacyControl: boolean }) => Promise<Engine>

/** What an engine must be able to do; everything else is made of these. */
export interface Driver {
  /** Until it is loaded. */
  go(address: string): Promise<void>
  reload(): Promise<void>
  /** Runs the body of an asynchronous function that returns a text. The policy of the page does not stop it. */
  run(body: string): Promise<string>
  /** Real input at a place of the view. */
  clickAt(x: number, y: number): Promise<void>
  press(key: Key): Promise<void>
  /** Every cookie of the page, as the browser tells it. */
  cookies(): Promise<readonly Cookie[]>
  close(): Promise<void>
}

export type Key = 'Tab' | 'Enter' | 'Escape' | ' '

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly domain: string
}

export interface Tab extends Omit<Driver, 'run'> {
  /** Statements, for what they do. */
  evaluate(statements: string): Promise<unknown>
  /** A function that stands alone, for what it answers. */
  evaluate<Answer, Given>(act: (given: Given) => Answer | Promise<Answer>, given: Given): Promise<Answer>
  evaluate<Answer>(act: () => Answer | Promise<Answer>): Promise<Answer>
  /** Clicks the first that can be seen, as soon as there is one; fails when it stays away or something lies over it. */
  click(selector: string): Promise<void>
  /** How many can be seen. */
  count(selector: string): Promise<number>
  /** Waits until one can be seen. */
  shows(selector: string): Promise<void>
}
