// Imports nothing: it runs before anything that an old Node could not load.

/** One sentence when this Node is too old to run the server; `undefined` when it will do. */
export function nodeFault(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return undefined
  return `Assent needs Node 22.18 or newer, and this is ${version}: install a newer Node, or start it with "npm start", which brings its own.`
}
