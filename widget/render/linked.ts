/** A built module without its last clause, and the names in it of what that exports. */
export function linked(module: string): {
  readonly body: string
  readonly names: Readonly<Record<string, string>>
} {
  const [, body = '', clause] = /^([^]*)export\s*\{([^}]*)\};?\s*$/.exec(module) ?? []
  if (clause === undefined) throw new Error("couldn't use a built file: it doesn't end with what it exports")
  const names = clause.split(',').map(each => each.trim().split(' as '))
  return { body, names: Object.fromEntries(names.map(([own, exported]) => [exported ?? own, own])) }
}
