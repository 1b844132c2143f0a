import css from './panel.css?raw'
import { SECTIONS, type Line, type Report, type Section } from './line.ts'

export interface Panel {
  readonly root: HTMLElement
  show(report: Report): void
}

/** A region beside the page, not over it: the page stays in use. Styles are a sheet of the object model, which no policy refuses. */
export function openPanel(site: string, closed: () => void): Panel {
  const opener = document.activeElement
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]

  const root = made('div', { id: 'assent-debug', lang: 'en', dir: 'ltr' })
  const heading = made('h2', { id: 'assent-debug-title' }, `Assent debug: ${site}`)
  const status = made('p', { role: 'status' }, 'Looking…')
  const close = made('button', { type: 'button' }, 'Close')
  const copy = made('button', { type: 'button' }, 'Copy as JSON')
  const lists = new Map<
    Section,
    { readonly details: HTMLElement; readonly count: HTMLElement; shown: string }
  >()
  const body = made('div', {
    class: 'assent-debug-body',
    tabindex: '0',
    role: 'group',
    'aria-labelledby': 'assent-debug-title',
  })
  for (const [section, title] of Object.entries(SECTIONS) as [Section, string][]) {
    const count = made('b', {})
    const details = made('details', { 'data-section': section }, made('summary', {}, title, ' ', count))
    lists.set(section, { details, count, shown: '' })
    body.append(details)
  }
  const panel = made(
    'section',
    { role: 'dialog', 'aria-labelledby': 'assent-debug-title', tabindex: '-1' },
    made('header', {}, heading, copy, close),
    status,
    body,
  )
  root.append(panel)
  document.body.append(root)
  panel.focus()

  const remove = (): void => {
    root.remove()
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== sheet)
    closed()
    if (opener instanceof HTMLElement) opener.focus()
  }
  close.addEventListener('click', remove)
  panel.addEventListener('keydown', event => {
    // Not also the "not now" of a banner.
    if (event.key === 'Escape') {
      event.stopPropagation()
      remove()
    }
  })
  let latest: Report | undefined
  copy.addEventListener('click', () => {
    void navigator.clipboard
      .writeText(JSON.stringify(latest, null, 2))
      .then(() => 'Copied.')
      .catch(() => 'This browser does not let pages copy here.')
      .then(said => (status.textContent = said))
  })

  return {
    root,
    show(report) {
      latest = report
      for (const [section, list] of lists) {
        const shown = JSON.stringify(report[section])
        if (shown === list.shown) continue
        const isFirst = list.shown === ''
        list.shown = shown
        const lines = report[section]
        list.count.textContent = String(lines.length)
        list.details.querySelector('ul,p')?.remove()
        list.details.append(lines.length === 0 ? made('p', {}, 'Nothing.') : listOf(lines))
        list.details.classList.toggle(
          'assent-debug-wrong',
          lines.some(({ wrong }) => wrong !== undefined),
        )
        if (isFirst && (section === 'leaked' || section === 'gated') && lines.length > 0)
          list.details.setAttribute('open', '')
      }
      const { leaked, gated, run } = report
      const words = `${leaked.length} leaked, ${gated.length} gated, ${run.length} run`
      if (status.textContent !== words) status.textContent = words
    },
  }
}

const listOf = (lines: readonly Line[]): HTMLElement =>
  made(
    'ul',
    {},
    ...lines.map(({ what, of, wrong }) =>
      made(
        'li',
        wrong === undefined ? {} : { class: 'assent-debug-wrong' },
        made('code', {}, what),
        made('span', {}, of),
        ...(wrong === undefined ? [] : [made('strong', {}, wrong)]),
      ),
    ),
  )

function made(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}
