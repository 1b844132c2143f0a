/** One sample line of the text format, version 0.0.4. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)?\\})? (\\S+)$`)
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped']

/**
 * Reads the text format of Prometheus strictly: HELP, then TYPE, then samples of that family and no other, each series
 * once, every value a number, histograms cumulative and complete. Throws with the line that is wrong.
 */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended')
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>()
  let current: string | undefined
  const seen = new Set<string>()
  for (const line of text.slice(0, -1).split('\n')) {
    const wrong = (why: string) => new Error(`${why}: ${line}`)
    const [, kind, name, rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? []
    if (kind === 'HELP') {
      if (families.has(name!)) throw wrong('described twice')
      families.set(name!, { type: '', help: rest, samples: [] })
      current = name
    } else if (kind === 'TYPE') {
      const family = families.get(name!)
      if (name !== current || !family || family.type !== '') throw wrong('TYPE does not follow its HELP')
      if (!TYPES.includes(rest)) throw wrong('no such type')
      family.type = rest
    } else if (line !== '') {
      const sample = readSample(line)
      const family = current === undefined ? undefined : families.get(current)
      if (!sample || !family || family.type === '') throw wrong('not understood')
      const ends = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      if (!ends.some(end => sample.name === current! + end)) throw wrong(`not of ${current}`)
      if (family.type === 'counter' && !(sample.value >= 0)) throw wrong('a counter below zero')
      const series = sample.name + labelsText(sample.labels)
      if (seen.has(series)) throw wrong('a series twice')
      seen.add(series)
      family.samples.push(sample)
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family.samples)
  return families
}

function readSample(line: string): Sample | undefined {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
  if (name === undefined || value === undefined) return undefined
  const number = value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value)
  // As Go's ParseFloat reads it, which the format refers to.
  if (Number.isNaN(number) && value.toLowerCase() !== 'nan') return undefined
  const pairs = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([pair]) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), JSON.parse(pair.slice(at + 1)) as string] as const
  })
  if (new Set(pairs.map(([key]) => key)).size !== pairs.length) return undefined
  return { name, labels: Object.fromEntries(pairs), value: number }
}

function checkHistogram(name: string, all: readonly Sample[]): void {
  const seriesOf = ({ labels }: Sample) => labelsText({ ...labels, le: '' })
  for (const series of new Set(all.map(seriesOf))) {
    const samples = all.filter(sample => seriesOf(sample) === series)
    const buckets = samples.filter(s => s.name === `${name}_bucket`)
    const bounds = buckets.map(s => (s.labels['le'] === '+Inf' ? Infinity : Number(s.labels['le'])))
    const count = samples.find(s => s.name === `${name}_count`)?.value
    if (!isAscending(bounds) || bounds.at(-1) !== Infinity) throw new Error(`${name}: buckets out of order`)
    if (!isAscending(buckets.map(s => s.value)) || buckets.at(-1)?.value !== count)
      throw new Error(`${name}: buckets are not cumulative`)
    if (!samples.some(s => s.name === `${name}_sum`)) throw new Error(`${name}: no sum`)
  }
}

const isAscending = (values: readonly number[]): boolean =>
  values.every((v, i) => i === 0 || v >= values[i - 1]!)

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.keys(labels)
      .toSorted()
      .map(key => [key, labels[key]]),
  )
