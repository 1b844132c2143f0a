import { readSource, type Import, type SourceFile } from './imports.ts'
import { AREAS, COMPUTED_IMPORTS, EMPTY_NAMES, READS_ENVIRONMENT, type Area } from './layout.ts'

const PRODUCT = /^(widget|server|shared|demo)\/.*\.tsx?$/
const within = (path: string, places: readonly string[]): boolean =>
  places.some(place => (place.endsWith('/') ? path.startsWith(place) : path === place))

/** Everything in the tree (path → source) that goes against the layout; each fault names the file and the remedy. */
export function layoutFaults(tree: ReadonlyMap<string, string>): string[] {
  const files = [...tree].filter(([path]) => PRODUCT.test(path)).map(([path, code]) => readSource(path, code))
  return [
    ...[...tree.keys()].flatMap(nameFaults),
    ...files.flatMap(file => [...fileFaults(file), ...importFaults(file)]),
    ...cycleFaults(files),
  ]
}

function nameFaults(path: string): string[] {
  const empty = path.split('/').find(part => EMPTY_NAMES.test(part.replace(/\..*$/, '')))
  return empty ? [`${path}: "${empty}" names nothing; name it after what is inside`] : []
}

function areaOf(path: string): Area | undefined {
  const matches = AREAS.flatMap(area =>
    area.paths.filter(p => within(path, [p])).map(p => ({ area, length: p.length })),
  )
  return matches.toSorted((a, b) => b.length - a.length)[0]?.area
}

function fileFaults({ path, exportsDefault, isBarrel, readsEnvironment }: SourceFile): string[] {
  return [
    ...(areaOf(path)
      ? []
      : [`${path}: belongs to no area; add one to test/support/layout.ts or move the file`]),
    ...(isBarrel || /(^|\/)index\.tsx?$/.test(path)
      ? [`${path}: is a barrel; import from where things are`]
      : []),
    ...(exportsDefault ? [`${path}: exports a default; give it a name`] : []),
    ...(readsEnvironment && !READS_ENVIRONMENT.includes(path)
      ? [`${path}: reads the environment; take the value from server/config.ts`]
      : []),
  ]
}

function importFaults({ path, imports }: SourceFile): string[] {
  const area = areaOf(path)
  if (!area) return []
  return imports.flatMap(each => {
    const fault = importFault(path, area, each)
    return fault ? [`${path}: ${fault}`] : []
  })
}

function importFault(path: string, area: Area, { kind, target, within: where }: Import): string | undefined {
  if (kind === 'computed') {
    return within(path, COMPUTED_IMPORTS) ? undefined : `imports the computed address ${target}`
  }
  if (kind === 'mixed-up') return `imports only types of ${target}, but loads it; write \`import type\``
  if (where === 'node') return area.node ? undefined : `must not use ${target}`
  const isType = kind === 'type'
  if (where === 'package') {
    return area.packages.includes(target) || isType ? undefined : `must not use the package ${target}`
  }
  const own = area.paths.some(p => within(target, [p]))
  const allowed = isType ? [...area.runTime, ...(area.types ?? [])] : area.runTime
  if (own || within(target, allowed)) return undefined
  return isType ? `must not take types from ${target}` : `must not import ${target} at run time`
}

/** Circles of run-time imports; a circle of types alone is nothing at run time. */
function cycleFaults(files: readonly SourceFile[]): string[] {
  const next = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(i => i.kind !== 'type' && i.within === 'repository').map(i => i.target),
    ]),
  )
  const done = new Set<string>()
  const faults: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) faults.push(`${[...trail.slice(start), path].join(' → ')}: is a circle`)
    if (start >= 0 || done.has(path)) return
    for (const target of next.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return faults
}
