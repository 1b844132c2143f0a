/** Commands that act as themselves; of every other act on a command line the entry says who did it there. */
const COMMANDS: readonly string[] = ['check', 'evidence', 'import', 'list-import']

/** Whom an entry names as who acted, of `key:<id>` and `command:<name>`; `undefined` of what names neither. */
export function actorIn(
  actor: string,
): { readonly kind: 'key' | 'command' | 'person'; readonly id: string } | undefined {
  const [, kind, id = ''] = /^(key|command):(.*)$/s.exec(actor) ?? []
  if (kind === undefined) return undefined
  return { kind: kind === 'key' ? 'key' : COMMANDS.includes(id) ? 'command' : 'person', id }
}
