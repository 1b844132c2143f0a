/** A thing that leaves the page, by what it is: what an owner writes for it. `id` is its name in the logs. */
export interface Kind {
  /** The owner's markup, waiting for statistics. */
  markup(id: string): string
  /** It says so itself when it runs; else only the network knows. */
  readonly says: boolean
  /** Comes from the network. */
  readonly file?: '.js' | '.html' | '.svg' | '.css'
}

const WAITS = 'type="text/plain" data-consent="analytics"'
const says = (id: string): string => `(window.ran??=[]).push('${id}')`

export const KINDS: Readonly<Record<string, Kind>> = {
  inline: { says: true, markup: id => `<script ${WAITS}>${says(id)}</script>` },
  external: {
    says: true,
    file: '.js',
    markup: id => `<script ${WAITS} src="/sample/${id}.js"></script>`,
  },
  async: {
    says: true,
    file: '.js',
    markup: id => `<script ${WAITS} async src="/sample/${id}.js"></script>`,
  },
  module: {
    says: true,
    file: '.js',
    markup: id => `<script ${WAITS} data-type="module" src="/sample/${id}.js"></script>`,
  },
  'inline-module': {
    says: true,
    markup: id => `<script ${WAITS} data-type="module">${says(id)}</script>`,
  },
  frame: {
    says: false,
    file: '.html',
    markup: id => `<iframe data-consent="analytics" data-src="/sample/${id}.html" title="Film"></iframe>`,
  },
  picture: {
    says: false,
    file: '.svg',
    markup: id => `<img data-consent="analytics" data-src="/sample/${id}.svg" alt="">`,
  },
  sheet: {
    says: false,
    file: '.css',
    markup: id =>
      `<template data-consent="analytics"><link rel="stylesheet" href="/sample/${id}.css"></template>`,
  },
  template: {
    says: true,
    markup: id => `<template data-consent="analytics"><script>${says(id)}</script></template>`,
  },
}

/** How it came into the page. */
export const WAYS = ['parsed', 'cloned', 'set'] as const

type Way = (typeof WAYS)[number]

export interface Sample {
  readonly id: string
  readonly way: Way
  readonly kind: Kind
}

export const SAMPLES: readonly Sample[] = WAYS.flatMap(way =>
  Object.entries(KINDS)
    // A browser never runs a script that came as HTML set by another script, gated or not.
    .filter(([, { says }]) => way !== 'set' || !says)
    .map(([name, kind]) => ({ id: `${name}-${way}`, way, kind })),
)

/** A page with every kind, brought into it in every way. */
export function samplePage(snippet: string): string {
  const of = (way: Way): string =>
    SAMPLES.filter(sample => sample.way === way)
      .map(({ id, kind }) => kind.markup(id))
      .join('\n')
  // A template inside a template waits where it is cloned to.
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Samples</title>${snippet}</head><body>
    ${of('parsed')}
    <div id="cloned"></div><div id="set"></div>
    <template id="late">${of('cloned')}</template>
    <script>
      addEventListener('load', () => {
        cloned.append(late.content.cloneNode(true))
        set.innerHTML = ${JSON.stringify(of('set')).replaceAll('</', '<\\/')}
        document.documentElement.dataset.late = ''
      })
    </script></body></html>`
}
