import type { Locator, Page } from 'playwright-core'

/** Presses Tab until this has the focus; answers how often. */
export async function tabTo(page: Page, selector: string, most = 60): Promise<number> {
  for (let presses = 1; presses <= most; presses++) {
    // oxlint-disable-next-line no-await-in-loop -- as a person does
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    if (await page.evaluate(sought => document.activeElement!.matches(sought), selector)) return presses
  }
  throw new Error(`${most} presses of Tab did not reach ${selector}`)
}

/** Everything a view says, by what it is; what is not shown is not said. */
export interface Spoken {
  readonly headings: readonly string[]
  readonly sentences: readonly string[]
  readonly buttons: readonly string[]
  readonly links: readonly string[]
}

export const spokenOf = (view: Locator): Promise<Spoken> =>
  view.evaluate(box => {
    const texts = (selector: string): string[] =>
      [...box.querySelectorAll<HTMLElement>(selector)]
        // Names stand apart by marks that nobody sees.
        .map(({ innerText }) =>
          innerText
            .replace(/[\u2068\u2069]/g, '')
            .replace(/\s+/g, ' ')
            .trim(),
        )
        .filter(Boolean)
    const known = 'h1, h2, h3, p, button, a'
    const stray = [...box.querySelectorAll<HTMLElement>('*')].filter(
      each =>
        !each.closest(known) &&
        [...each.childNodes].some(node => node.nodeType === 3 && node.textContent!.trim()),
    )
    return {
      headings: texts('h1, h2, h3'),
      sentences: [...texts('p'), ...stray.map(({ innerText }) => innerText)],
      buttons: texts('button'),
      links: texts('a'),
    }
  })
