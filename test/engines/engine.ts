import type { Network } from './network.ts'

export type EngineName = 'Chromium' | 'Firefox' | 'WebKit'

/** One kind of browser, running, whose only way out is the network of the tests. */
export interface Engine {
  readonly name: EngineName
  /** A person who was never here before: nothing of another visitor is shared. */
  visitor(): Promise<Tab>
  close(): Promise<void>
}

/** What a person may have changed in the browser's own settings. */
export interface Settings {
  /** Global Privacy Control. */
  readonly privacyControl?: boolean
  /** No page may keep anything. */
  readonly cookies?: 'never'
}

export type Launch = (network: Network, settings?: Settings) => Promise<Engine>

/** What browsers ask without the network of the tests: nothing listens at the one, nobody knows the other. */
export const DIRECT = ['127.0.0.9', 'nowhere.invalid']

/** What an engine must be able to do; everything else is made of these. */
export interface Driver {
  /** Until it is loaded. */
  go(address: string): Promise<void>
  reload(): Promise<void>
  /** To the page before, from wherever the browser takes it. */
  back(): Promise<void>
  /** Runs the body of an asynchronous function that returns a text. The policy of the page does not stop it. */
  run(body: string): Promise<string>
  /** Real input at a place of the view. */
  clickAt(x: number, y: number): Promise<void>
  press(key: Key): Promise<void>
  /** Every cookie of the page, as the browser tells it. */
  cookies(): Promise<readonly Cookie[]>
  /** Another tab of the same person. */
  another(): Promise<Driver>
  close(): Promise<void>
}

export type Key = 'Tab' | 'Enter' | 'Escape' | ' '

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly domain: string
}

export interface Tab extends Omit<Driver, 'run' | 'another'> {
  /** Statements, for what they do. */
  evaluate(statements: string): Promise<unknown>
  /** A function that stands alone, for what it answers. */
  evaluate<Answer, Given>(act: (given: Given) => Answer | Promise<Answer>, given: Given): Promise<Answer>
  evaluate<Answer>(act: () => Answer | Promise<Answer>): Promise<Answer>
  /** Clicks the first that can be seen, as soon as there is one; fails when it stays away or something lies over it. */
  click(selector: string): Promise<void>
  another(): Promise<Tab>
  /** How many can be seen. */
  count(selector: string): Promise<number>
  /** Waits until one can be seen. */
  shows(selector: string): Promise<void>
}
