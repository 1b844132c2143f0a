import { markup, type Html } from './html.ts'
import type { Speech } from './speech.ts'

export const fact = (name: string, value: Html, note?: string | Html): Html =>
  markup`<dt>${name}</dt>
    <dd>${value}${note !== undefined && note !== '' && markup`<br /><small>${note}</small>`}</dd>`

/** `key:<id>` or `command:<name>`. */
export function actorOf({ say, words }: Speech, actor: string): Html {
  const [, kind, id = ''] = /^(key|command):(.*)$/s.exec(actor) ?? []
  const word = kind === undefined ? undefined : (`actor-${kind}` as keyof typeof words)
  return word === undefined ? markup`<bdi>${actor}</bdi>` : say(word, { id })
}
