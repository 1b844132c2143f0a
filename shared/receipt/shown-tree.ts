/** A view as it was shown: elements with their children, read and never run. */
export type ShownNode = string | ShownElement | readonly ShownNode[]

export interface ShownElement {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly ShownNode[]
}

/**
 * Reads the elements out of a published view. Publishing ends such a module with one expression of nested calls
 * (`P("div",{id:"assent"},P("h2",0,"…"))`), and of it only names, texts and brackets are looked at. `gpc`: which side of
 * what depends on the opt-out signal was shown. `undefined` when the bytes are written in another way.
 */
export function readModule(code: string, gpc: boolean): ShownNode | undefined {
  const start = code.search(/[\w$]+\("div",\{(?:id|class):"assent/)
  if (start < 0) return undefined
  try {
    return new ModuleReader(code, start, gpc).expression()
  } catch {
    // Written otherwise than this reads it: the bytes themselves are shown instead.
    return undefined
  }
}

class ModuleReader {
  private readonly code: string
  private at: number
  private readonly gpc: boolean

  constructor(code: string, at: number, gpc: boolean) {
    this.code = code
    this.at = at
    this.gpc = gpc
  }

  expression(): ShownNode {
    if (this.code[this.at] === '"') return this.text()
    if (this.code.startsWith('...', this.at)) return this.cases()
    this.take(/[\w$]+\(/y)
    const tag = this.text()
    const attributes = this.next(',') ? this.attributes() : {}
    const children: ShownNode[] = []
    while (this.next(',')) children.push(this.expression())
    this.take(/\)/y)
    return { tag, attributes, children }
  }

  /** `...h?[…]:[…]`, or `...p({"":[…],"s:tempo":[…]})`. */
  private cases(): ShownNode {
    this.take(/\.\.\.[\w$]+/y)
    if (this.next('?')) {
      const withSignal = this.list()
      this.take(/:/y)
      const without = this.list()
      return this.gpc ? withSignal : without
    }
    this.take(/\(\{/y)
    const all: ShownNode[] = []
    while (!this.next('})')) {
      this.text()
      this.take(/:/y)
      all.push(...this.list())
      this.next(',')
    }
    return all
  }

  private list(): ShownNode[] {
    this.take(/\[/y)
    const items: ShownNode[] = []
    while (!this.next(']')) {
      items.push(this.expression())
      this.next(',')
    }
    return items
  }

  private attributes(): Record<string, string> {
    const found: Record<string, string> = {}
    if (this.next('0')) return found
    this.take(/\{/y)
    while (!this.next('}')) {
      const name = this.code[this.at] === '"' ? this.text() : this.take(/[\w$]+/y)
      this.take(/:/y)
      found[name] = this.text()
      this.next(',')
    }
    return found
  }

  private text(): string {
    return JSON.parse(this.take(/"(?:[^"\\]|\\.)*"/y)) as string
  }

  private next(token: string): boolean {
    if (!this.code.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const [found] = pattern.exec(this.code) ?? []
    if (found === undefined) throw new SyntaxError(`nothing that belongs here at ${this.at}`)
    this.at += found.length
    return found
  }
}

const VOID = /^(?:br|hr|img|input|link|meta)$/
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
])

/** Reads the elements out of a published page, which is written without anything HTML would have to mend. */
export function readPage(html: string): ShownNode | undefined {
  const body = /<body[^>]*>([^]*)<\/body>/.exec(html)?.[1]
  if (body === undefined) return undefined
  const open: { tag: string; attributes: Record<string, string>; children: ShownNode[] }[] = [
    { tag: 'body', attributes: {}, children: [] },
  ]
  for (const [, end, tag = '', attributes = '', text = ''] of body.matchAll(
    /<(\/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)/gi,
  )) {
    const inside = open.at(-1)!
    if (tag === '') inside.children.push(unescaped(text))
    else if (end) open.length = Math.max(1, lastOpen(open, tag))
    else {
      const element = { tag, attributes: attributesIn(attributes), children: [] }
      inside.children.push(element)
      if (!VOID.test(tag)) open.push(element)
    }
  }
  return open[0]
}

const lastOpen = (open: readonly { tag: string }[], tag: string): number => {
  const found = open.findLastIndex(element => element.tag === tag)
  return found < 0 ? open.length : found
}

const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES.get(name) ?? whole)

const attributesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => [name, unescaped(value)]),
  )
