import { actorIn } from '../../shared/receipt/actor.ts'

const WORDS = {
  key: (id: string) => `API key ${id}`,
  command: (id: string) => `the command "${id}" on the server's command line`,
  person: (id: string) => `${id}, on the server's command line`,
}

/** Who acted, for whoever reads it and never saw that server. */
export function actorText(actor: string): string {
  const found = actorIn(actor)
  return found ? WORDS[found.kind](found.id) : actor
}
