import type { PartOf } from './part.ts'

/** Opens the debug view for whoever asks in the page's address; nobody else downloads it. */
export const start: PartOf<'debug'> = () => {
  if (/[?&]assent-debug\b/.test(location.search))
    void import(/* @vite-ignore */ import.meta.url.replace(/[^/]+$/, 'debug.mjs'))
}
