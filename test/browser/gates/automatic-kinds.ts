/** What a page asks other hosts for without having marked it. `at` is the only address that it may ask for. */
export interface UnmarkedKind {
  readonly name: string
  readonly markup: (at: string) => string
}

export const UNMARKED: readonly UnmarkedKind[] = [
  { name: 'script', markup: at => `<script src="${at}.js"></script>` },
  { name: 'async script', markup: at => `<script async src="${at}.js"></script>` },
  { name: 'module', markup: at => `<script type="module" src="${at}.js"></script>` },
  {
    name: 'script that inserts a script',
    markup: at =>
      `<script>document.head.appendChild(Object.assign(document.createElement('script'), { src: '${at}.js' }))</script>`,
  },
  { name: 'frame', markup: at => `<iframe src="${at}.html" title="t"></iframe>` },
  { name: 'image', markup: at => `<img src="${at}.svg" alt="">` },
  { name: 'srcset', markup: at => `<img srcset="${at}.svg 1x" alt="">` },
  {
    name: 'source of a picture',
    markup: at => `<picture><source srcset="${at}.svg"><img alt=""></picture>`,
  },
  { name: 'style sheet', markup: at => `<link rel="stylesheet" href="${at}.css">` },
  { name: 'preload', markup: at => `<link rel="preload" as="image" href="${at}.svg">` },
  { name: 'sound', markup: at => `<audio preload="auto" src="${at}.wav"></audio>` },
  { name: 'source of a sound', markup: at => `<audio preload="auto"><source src="${at}.wav"></audio>` },
  { name: 'poster', markup: at => `<video poster="${at}.svg"></video>` },
  { name: 'object', markup: at => `<object type="image/svg+xml" data="${at}.svg"></object>` },
  { name: 'embed', markup: at => `<embed type="image/svg+xml" src="${at}.svg">` },
  { name: 'button', markup: at => `<input type="image" src="${at}.svg" alt="b">` },
  {
    name: 'drawing',
    markup: at => `<svg width="9" height="9"><image href="${at}.svg" width="9" height="9"/></svg>`,
  },
]

/** How markup gets into a page that stands already: functions of the page's own, which know nothing from out here. */
export const UNMARKED_WAYS = {
  'attributes, then appended': (html: string): void => {
    const build = (node: Node): Node => {
      if (!(node instanceof Element)) return node.cloneNode()
      const made = document.createElementNS(node.namespaceURI, node.localName)
      for (const { name, value } of node.attributes) made.setAttribute(name, value)
      made.append(...[...node.childNodes].map(build))
      return made
    }
    const parsed = new DOMParser().parseFromString(html, 'text/html')
    document.body.append(...[...parsed.head.childNodes, ...parsed.body.childNodes].map(build))
  },
  'appended, then properties': (html: string): void => {
    const build = (node: Node, into: Node): void => {
      if (!(node instanceof Element)) return void into.appendChild(node.cloneNode())
      const made = into.insertBefore(document.createElementNS(node.namespaceURI, node.localName), null)
      // Its address last: until then it asks for nothing.
      const asks = /^(src|srcset|href|data|poster)$/
      const names = node.getAttributeNames().toSorted((a, b) => Number(asks.test(a)) - Number(asks.test(b)))
      for (const name of names)
        if (name in made && asks.test(name) && !(made instanceof SVGElement))
          (made as unknown as Record<string, string>)[name] = node.getAttribute(name)!
        else made.setAttribute(name, node.getAttribute(name)!)
      for (const child of node.childNodes) build(child, made)
    }
    const parsed = new DOMParser().parseFromString(html, 'text/html')
    for (const node of [...parsed.head.childNodes, ...parsed.body.childNodes]) build(node, document.body)
  },
  innerHTML: (html: string): void => {
    const box = document.createElement('div')
    box.innerHTML = html
    document.body.prepend(box)
  },
  'beside something': (html: string): void => {
    const box = document.body.appendChild(document.createElement('p'))
    box.insertAdjacentHTML('afterend', html)
  },
  'in place of something': (html: string): void => {
    document.body.appendChild(document.createElement('p')).outerHTML = html
  },
  'a fragment of markup': (html: string): void => {
    document.body.prepend(document.createRange().createContextualFragment(html))
  },
  'a clone of a template': (html: string): void => {
    const template = document.createElement('template')
    template.innerHTML = html
    document.body.append(template.content.cloneNode(true))
  },
  'an imported template': (html: string): void => {
    const template = document.createElement('template')
    template.innerHTML = html
    document.body.append(document.importNode(template.content, true))
  },
  'a tree in the shadow': (html: string): void => {
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
    root.innerHTML = html
  },
  'another page in its place': (html: string): void => {
    const parsed = new DOMParser().parseFromString(html, 'text/html')
    parsed.body.prepend(...parsed.head.childNodes)
    document.body.replaceWith(document.adoptNode(parsed.body))
  },
} as const
