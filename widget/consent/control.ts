import { configuration } from './config.ts'
import { open } from './views.ts'

/** The small button that reopens the settings on every page. Styles are set by property: no policy refuses that. */
export function createControl(): HTMLElement {
  const { accent, labels, languages, position } = configuration
  const control = document.createElement('button')
  const language = Math.max(0, languages.indexOf(document.documentElement.lang.split('-')[0]!))
  control.dataset.assent = 'open'
  control.lang = languages[language]!
  control.textContent = labels[language]!
  control.style.cssText = `position:fixed;bottom:9px;inset-inline-${position.slice(7) || 'start'}:9px;z-index:9999999;padding:9px;border:2px solid ${accent};color:CanvasText;background:Canvas`
  control.addEventListener('click', () => void open())
  return control
}
