import { escaped } from './form-page.ts'

/** One line of a list: which of the published lines it repeats, and what is filled in. */
export interface ListItem {
  readonly each: string
  readonly said: Readonly<Record<string, string>>
  readonly links?: Readonly<Record<string, string>>
}

/**
 * Lists whose length is known only now: the published page holds one line for each kind of thing, which is repeated for
 * each thing there is. Their texts are escaped, as all of the page is.
 */
export function fillLists(page: string, lists: Readonly<Record<string, readonly ListItem[]>>): string {
  return page.replace(
    /(<ul\b[^>]*) data-list="(\w+)"([^>]*>)([^]*?)(?=<\/ul>)/g,
    (_, before: string, name: string, after: string, body: string) => {
      const lines = new Map(
        Array.from(body.matchAll(/<li data-each="([\w-]+)">([^]*?)<\/li>/g), ([, each, line]) => [
          each,
          line!,
        ]),
      )
      const items = (lists[name] ?? []).flatMap(item => {
        const line = lines.get(item.each)
        return line === undefined ? [] : [`<li>${filled(line, item)}</li>`]
      })
      return `${before}${after}${items.join('')}`
    },
  )
}

const filled = (line: string, { said, links = {} }: ListItem): string =>
  line
    .replace(/ data-said="([^"]+)">/g, (_, name: string) => `>${escaped(said[name] ?? '')}`)
    .replace(/ data-link="([^"]+)"/g, (_, name: string) => ` href="${escaped(links[name] ?? '')}"`)
