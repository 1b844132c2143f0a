import type { PartOf } from './part.ts'
import { eachFound } from './each-found.ts'

/** vanilla-cookieconsent 3 and 2 and c15t, Klaro, Cookiebot, Orejime. */
const NAMES = ['category', 'cookiecategory', 'name', 'cookieconsent', 'purpose'] as const

/** `data-name` and `data-category` stand in markup of any kind: only elements that cannot be anything but closed are read. */
const CLOSED =
  'script[type="text/plain"],template,:is(iframe,img,source,video,audio,embed,object,link):is([data-src],[data-srcset],[data-href],[data-cookieblock-src])'

/**
 * Says in our own attributes what those of other tools say, and leaves the opening to our gates. A name that the table does
 * not have stays closed, and the console tells once.
 */
export const start: PartOf<'aliases'> = (assent, table) => {
  const done = new WeakSet<Element>()
  const told = new Set<string>()
  /** Of elements that name several purposes: the gate knows the first, the rest is watched here. */
  const others = new Set<string>()

  const tell = (what: string, element: Element, why: string): void => {
    if (told.has(what)) return
    told.add(what)
    // oxlint-disable-next-line no-console -- to the owner; no visitor reads it
    console.warn(`Assent: ${what} stays closed. ${why}`, element)
  }
  const targetOf = (attribute: string, name: string, element: Element) => {
    if (Object.hasOwn(table, name)) return table[name]
    const why = name.startsWith('!')
      ? 'Nothing runs because somebody refused.'
      : `Name its purpose or service in the configuration: "gating": { "aliases": { "${name}": … } }.`
    tell(`data-${attribute}="${name}"`, element, why)
  }

  /** @returns whether a gate can be made of it now */
  const translate = (element: HTMLElement): boolean => {
    const { dataset } = element
    const attribute = NAMES.find(name => dataset[name])
    if (dataset['consent'] || !attribute || done.has(element)) return false
    const names = dataset[attribute]!.split(',').map(name => name.trim())
    // Klaro shows those itself; Cookiebot lets those through.
    if (dataset['type'] === 'placeholder' || names[0] === 'ignore') return false
    const targets = names.map(name => targetOf(attribute, name, element))
    // Theirs is the service, too, and narrower.
    if (dataset['service']) targets.unshift(targetOf('service', dataset['service'], element))
    const purposes = new Set(targets.map(target => target?.[0]))
    const [purpose, ...rest] = purposes
    if (purposes.has(undefined)) return false
    // All of them, or it waits; what is taken back later starts the page anew.
    if (rest.some(each => !assent.granted(each!))) return false
    for (const each of rest) others.add(each!)
    done.add(element)
    const service = targets.find(target => target?.[1])?.[1]
    delete dataset['service']
    if (service) dataset['service'] = service
    if (dataset['cookieblockSrc']) dataset['src'] = dataset['cookieblockSrc']
    if (!takesAddress(element)) {
      const why = 'Trusted Types let no script give another its address: write src instead.'
      tell('data-src on a script', element, why)
      return false
    }
    dataset['consent'] = purpose
    return true
  }

  let isNew = false
  const again = eachFound(CLOSED, element => {
    isNew = translate(element) || isNew
  })
  const nudge = (): void => {
    if (!isNew) return
    isNew = false
    // The loader looks again when something comes or goes.
    const nothing = document.createComment('')
    document.documentElement.append(nothing)
    nothing.remove()
  }
  nudge()
  assent.onChange(() => {
    for (const each of others) if (!assent.granted(each)) return location.reload()
    again()
    nudge()
  })
}

/** A script that is no script yet does not load what it is given. @returns whether a policy let it be given */
function takesAddress(element: HTMLElement): boolean {
  const { src } = element.dataset
  if (!src || !element.matches('script')) return true
  try {
    element.setAttribute('src', src)
    delete element.dataset['src']
    return true
  } catch {
    return false
  }
}
