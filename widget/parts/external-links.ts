import type { PartOf } from './part.ts'

const NOTE = 'assent-external'
const MARK = 'data-assent-external'

/**
 * Says of links to other hosts that they lead to another website, as a description that screen readers announce with the link.
 * The page's own nodes stay as they are: a framework that takes the page over later finds nothing in it that it did not write.
 */
export const start: PartOf<'external-links'> = (_assent, { hosts, notes, isMarked }) => {
  const ours = [location.hostname, ...hosts]
  const isOther = ({ protocol, hostname }: HTMLAnchorElement): boolean =>
    /^https?:$/.test(protocol) && !ours.some(host => `.${hostname}`.endsWith(`.${host}`))

  const note = document.createElement('span')
  note.id = NOTE
  // Not read where it stands; what it describes is still described by it.
  note.hidden = true

  const describe = (link: HTMLAnchorElement): void => {
    const before = link.getAttribute('aria-describedby')?.split(/\s+/) ?? []
    const after = before.filter(id => id !== NOTE)
    if (isOther(link)) after.push(NOTE)
    if (after.length === before.length) return
    if (after.length > 0) link.setAttribute('aria-describedby', after.join(' '))
    else link.removeAttribute('aria-describedby')
    // Not where the page draws something there itself: it may be what makes a whole card the link.
    if (isMarked && getComputedStyle(link, '::after').content === 'none')
      link.toggleAttribute(MARK, isOther(link))
  }
  const look = (): void => {
    if (!note.isConnected) {
      const tag = [document.documentElement.lang, ...navigator.languages]
        .map(each => each.split('-')[0]!)
        .find(each => Object.hasOwn(notes, each))
      const language = tag ?? Object.keys(notes)[0]!
      note.lang = language
      note.textContent = notes[language]!
      document.body.append(note)
    }
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href],area[href]')) describe(link)
  }
  const watch = (): void => {
    look()
    new MutationObserver(() => requestAnimationFrame(look)).observe(document, {
      childList: true,
      subtree: true,
      attributeFilter: ['href', 'aria-describedby'],
    })
  }
  if (isMarked) addArrow()
  if (document.readyState === 'complete') watch()
  else addEventListener('load', watch)
}

/** Without words: the description has them. */
function addArrow(): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.insertRule(`[${MARK}]::after{content:"\\2009\\2197"/""}`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  } catch {
    // A browser that knows no alternative text for it would read the arrow out: it has none.
  }
}
