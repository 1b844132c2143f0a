/** A kind of exit: how a page marks it. `at` is the only address that it may ask for, and only once it is granted. */
export interface Kind {
  readonly name: string
  readonly markup: (at: string, id: string) => string
  /** Of a service that nobody approved, or by a name that nobody knows. */
  readonly neverOpens?: true
  /** While it reads a page Firefox asks for addresses in a template (its defect 1441044), whatever stands around them. */
  readonly readAhead?: true
}

const says = (at: string): string => `new Image().src = '${at}'`
const waits = 'data-consent="marketing"'

export const KINDS: readonly Kind[] = [
  { name: 'script', markup: at => `<script type="text/plain" ${waits} src="${at}.js"></script>` },
  { name: 'inline script', markup: at => `<script type="text/plain" ${waits}>${says(at)}</script>` },
  {
    name: 'module',
    markup: at => `<script type="text/plain" data-type="module" ${waits} src="${at}.js"></script>`,
  },
  {
    name: 'inline module',
    markup: at => `<script type="text/plain" data-type="module" ${waits}>import '${at}.js'</script>`,
  },
  {
    name: 'script in a template',
    markup: at =>
      `<template ${waits}><p>text</p><script type="text/plain" ${waits} src="${at}.js"></script></template>`,
  },
  {
    name: 'image in a template',
    markup: at => `<template ${waits}><img ${waits} data-src="${at}.svg" alt=""></template>`,
  },
  {
    name: 'script at its address in a template',
    markup: at => `<template ${waits}><p>text</p><script src="${at}.js"></script></template>`,
    readAhead: true,
  },
  {
    name: 'image at its address in a template',
    markup: at => `<template ${waits}><img src="${at}.svg" alt=""></template>`,
    readAhead: true,
  },
  { name: 'frame', markup: at => `<iframe ${waits} data-src="${at}.html" title="t"></iframe>` },
  { name: 'image', markup: at => `<img ${waits} data-src="${at}.svg" alt="">` },
  { name: 'srcset', markup: at => `<img ${waits} data-srcset="${at}.svg 1x" alt="">` },
  {
    name: 'source of a picture',
    markup: at => `<picture><source ${waits} data-srcset="${at}.svg"><img alt=""></picture>`,
  },
  { name: 'style sheet', markup: at => `<link rel="stylesheet" ${waits} data-href="${at}.css">` },
  { name: 'sound', markup: at => `<audio ${waits} data-src="${at}.wav"></audio>` },
  { name: 'source of a sound', markup: at => `<audio><source ${waits} data-src="${at}.wav"></audio>` },
  { name: 'poster', markup: at => `<video ${waits} data-poster="${at}.svg"></video>` },
  { name: 'object', markup: at => `<object type="image/svg+xml" ${waits} data-data="${at}.svg"></object>` },
  { name: 'embed', markup: at => `<embed type="image/svg+xml" ${waits} data-src="${at}.svg">` },
  {
    name: 'background',
    markup: (at, id) =>
      `<style>.bg-${id} { background: url(${at}.svg) }</style><div ${waits} data-class="bg-${id}">text</div>`,
  },
  {
    name: 'widget',
    markup: at =>
      `<template ${waits} data-placeholder><blockquote>q</blockquote><script type="text/plain" ${waits} async src="${at}.js"></script></template>`,
  },
  {
    name: 'vanilla-cookieconsent script',
    markup: at => `<script type="text/plain" data-category="ads" src="${at}.js"></script>`,
  },
  {
    name: 'Klaro script',
    markup: at =>
      `<script type="text/plain" data-type="application/javascript" data-name="pixel" data-src="${at}.js"></script>`,
  },
  { name: 'Klaro image', markup: at => `<img data-name="pixel" data-src="${at}.svg" alt="">` },
  {
    name: 'Klaro style sheet',
    markup: at => `<link rel="stylesheet" data-name="pixel" data-href="${at}.css">`,
  },
  {
    name: 'Cookiebot script of two categories',
    markup: at => `<script type="text/plain" data-cookieconsent="ads, statistics">${says(at)}</script>`,
  },
  {
    name: 'Cookiebot frame',
    markup: at => `<iframe data-cookieconsent="ads" data-cookieblock-src="${at}.html" title="t"></iframe>`,
  },
  {
    name: 'c15t frame',
    markup: at => `<iframe data-category="ads" data-src="${at}.html" title="t"></iframe>`,
  },
  {
    name: 'Orejime template',
    markup: at => `<template data-purpose="ads"><script src="${at}.js"></script></template>`,
  },
  ...(
    [
      ['script', at => `<script type="text/plain" ${waits} data-service="nimbus" src="${at}.js"></script>`],
      ['style sheet', at => `<link rel="stylesheet" ${waits} data-service="nimbus" data-href="${at}.css">`],
      ['srcset', at => `<img ${waits} data-srcset="${at}.svg?from=nimbus.example" alt="">`],
      [
        'widget',
        at =>
          `<template ${waits} data-placeholder data-service="nimbus"><img ${waits} data-src="${at}.svg" alt=""></template>`,
      ],
      ['alias', at => `<script type="text/plain" data-name="drifter" data-src="${at}.js"></script>`],
      [
        'name nobody knows',
        at => `<script type="text/plain" data-category="unheard" src="${at}.js"></script>`,
      ],
      ['run on refusal', at => `<script type="text/plain" data-category="!ads" src="${at}.js"></script>`],
    ] as const satisfies readonly (readonly [string, Kind['markup']])[]
  ).map(([name, markup]): Kind => ({ name: `unapproved: ${name}`, markup, neverOpens: true })),
]

/** How markup gets into a page that stands already: functions of the page's own, which know nothing from out here. */
export const WAYS = {
  appended: (html: string): void => {
    // Each within the document it ends in: a picture made in the page itself would be loaded at once, by the page.
    const build = (node: Node, within = document): Node => {
      if (!(node instanceof Element)) return within.importNode(node)
      const made = within.createElement(node.localName)
      for (const { name, value } of node.attributes) made.setAttribute(name, value)
      const [from, to] =
        node instanceof HTMLTemplateElement
          ? [node.content, (made as HTMLTemplateElement).content]
          : [node, made]
      to.append(...[...from.childNodes].map(child => build(child, to.ownerDocument)))
      return made
    }
    const parsed = new DOMParser().parseFromString(html, 'text/html')
    document.body.append(...[...parsed.head.childNodes, ...parsed.body.childNodes].map(node => build(node)))
  },
  innerHTML: (html: string): void => {
    const box = document.createElement('div')
    document.body.append(box)
    box.innerHTML = html
  },
  'a clone of a template': (html: string): void => {
    const template = document.createElement('template')
    template.innerHTML = html
    document.body.append(document.importNode(template.content, true))
  },
  'a page put in its place': (html: string): void => {
    const parsed = new DOMParser().parseFromString(html, 'text/html')
    history.pushState(null, '', '#next')
    parsed.body.prepend(...parsed.head.childNodes)
    document.documentElement.replaceChild(document.adoptNode(parsed.body), document.body)
  },
} as const
