import { expect, test } from 'vitest'
import { installEngine, type Machine } from './support/engines.ts'

const ALL = ['firefox-esr', 'WebKitWebDriver', 'Xvfb', 'MiniBrowser']

/** `offers`: what there is once packages were installed. */
function machine(has: readonly string[], mayInstall = false, offers: readonly string[] = []) {
  const ran: string[] = []
  const like: Machine = {
    find: name => (has.includes(name) ? `/usr/bin/${name}` : undefined),
    mayInstall,
    aptGet(parameters) {
      ran.push(parameters.join(' '))
      if (parameters.includes('install')) has = offers
    },
  }
  return { like, ran }
}

const tell = (): void => {}

test('an engine that is there is left as it is', () => {
  const { like, ran } = machine(ALL, true)
  expect(installEngine('Firefox', tell, like)).toBeUndefined()
  expect(installEngine('WebKit', tell, like)).toBeUndefined()
  expect(ran).toEqual([])
})

test('an engine that is not there is installed where that is allowed, and each step is told', () => {
  const { like, ran } = machine([], true, ALL)
  const told: string[] = []
  expect(installEngine('WebKit', line => told.push(line), like)).toBeUndefined()
  expect(ran.at(-1)).toMatch(/--no-install-recommends webkit2gtk-driver xvfb$/)
  expect(told).toHaveLength(2)
})

test('an engine that cannot be had is named, with what is missing and what to do', () => {
  expect(installEngine('WebKit', tell, machine(['Xvfb']).like)).toBe(
    'WebKitWebDriver, MiniBrowser not found, and only root on Debian may install it. Install it with `apt-get install webkit2gtk-driver xvfb`, then try again.',
  )
  expect(installEngine('Firefox', tell, machine([], true).like)).toMatch(
    /^firefox-esr could not be installed\./,
  )
})
