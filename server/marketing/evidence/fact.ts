import { actorIn } from '../../../shared/receipt/actor.ts'
import { markup, type Html } from './html.ts'
import type { Speech } from './speech.ts'

export const fact = (name: string, value: Html, note?: string | Html): Html =>
  markup`<dt>${name}</dt>
    <dd>${value}${note !== undefined && note !== '' && markup`<br /><small>${note}</small>`}</dd>`

export function actorOf({ say }: Speech, actor: string): Html {
  const found = actorIn(actor)
  return found ? say(`actor-${found.kind}`, { id: found.id }) : markup`<bdi>${actor}</bdi>`
}
