import { configuration } from './config.ts'
import { open } from './views.ts'

/** The small button that reopens the settings on every page. Styles are set by property: no policy refuses that. */
export function createControl(): HTMLElement {
  const { labels, style } = configuration
  const control = document.createElement('button')
  // As the views are: the page's language, then the reader's.
  const language = [document.documentElement.lang, ...navigator.languages, ...Object.keys(labels)]
    .map(tag => tag.split('-')[0]!)
    .find(tag => labels[tag])!
  control.dataset.assent = 'open'
  control.lang = language
  control.textContent = labels[language]!
  control.style.cssText = style
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- bytes
  control.onclick = () => void open()
  return control
}
