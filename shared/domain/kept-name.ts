/** A name is meant by one that is declared, `*` at the end of which stands for the rest. */
export const fits = (name: string, declared: string): boolean =>
  declared.endsWith('*') ? name.startsWith(declared.slice(0, -1)) : name === declared
