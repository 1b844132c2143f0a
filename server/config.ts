import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { LOG_LEVELS, type LogLevel } from '../shared/domain/log.ts'
import { MOST_DECISIONS } from '../shared/schemas/decision.ts'
import { plainWords } from '../shared/schemas/plain-words.ts'
import { readRange } from './middleware/proxies.ts'
import type { LimitSettings } from './middleware/rate-limit.ts'
import { parseWitnesses, type KnownWitness } from './witness/lists.ts'

/** Everything the environment decides. No other file reads it. */
export interface Config {
  /** Data folder, absolute. */
  readonly data: string
  readonly port: number
  readonly host: string
  /** Address under which browsers reach this server. */
  readonly url: string
  /** `https` in `url`: TLS ends here or in a trusted proxy, and nothing else is answered. */
  readonly production: boolean
  /** Files of the certificate chain and its key, when TLS ends in this process. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Addresses and networks whose word about the browser behind them is believed. */
  readonly trustedProxies: readonly string[]
  /** Headers in which they tell a visitor's country, and its part. */
  readonly regionHeaders: readonly string[]
  readonly limits: LimitSettings
  /** Master key given directly (64 hex digits); otherwise `masterKeyFile` is read. */
  readonly masterKey?: string
  /** The one that is to follow it; only `assent master-key rotate` uses it. */
  readonly masterKeyNew?: string
  readonly masterKeyFile: string
  /** By what each site sends messages; secrets, so readable by their owner only. Need not be there. */
  readonly providersFile: string
  /** A suspected no that nobody has looked at for so many hours is one. */
  readonly holdHours: number
  /** How often a grown log gets a signed checkpoint. */
  readonly checkpointEvery: number
  /** Who is asked to cosign checkpoints, and how often at most. */
  readonly witnesses: readonly KnownWitness[]
  readonly witnessEvery: number
  /** Where this machine may ask for figures; nowhere when left out. */
  readonly metricsPort?: number
  readonly accessLog: boolean
  /** Lines below it are not written. */
  readonly logLevel: LogLevel
}

export type Environment = Readonly<Record<string, string | undefined>>

/** What the command line may say instead of the environment. */
export interface ConfigFlags {
  readonly data?: string
  readonly port?: string
  readonly host?: string
}

export class ConfigError extends Error {}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/

const whole = (min: number, max: number, error: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine(n => n >= min && n <= max, error)

const settings = z.object({
  ASSENT_DATA: z.string().min(1, 'is empty: name a folder, or leave it out for ./data').default('data'),
  ASSENT_PORT: whole(0, 65_535, 'must be a port between 0 and 65535 (0 takes any free one)').default(8787),
  ASSENT_HOST: z
    .string()
    .regex(/^[a-z0-9.:_-]+$/i, 'must be a host name or address such as "127.0.0.1"')
    .default('127.0.0.1'),
  ASSENT_URL: z
    .string()
    .refine(isOrigin, 'must be the address browsers use, such as "https://consent.example", without a path')
    .optional(),
  ASSENT_TLS_CERT: z.string().min(1, 'is empty: name the file with the certificate chain').optional(),
  ASSENT_TLS_KEY: z.string().min(1, "is empty: name the file with the certificate's key").optional(),
  ASSENT_TRUSTED_PROXIES: z
    .string()
    .transform(list => list.split(',').map(range => range.trim()))
    .refine(
      ranges => ranges.every(range => readRange(range) !== undefined),
      'must be addresses or networks of your own, such as "127.0.0.1,10.0.0.0/8"',
    )
    .default([]),
  ASSENT_REGION_HEADER: z
    .string()
    .regex(
      /^[A-Za-z0-9-]{1,64}(\s*,\s*[A-Za-z0-9-]{1,64})?$/,
      'must be the name of a header, or two: of the country and of its part, such as "CF-IPCountry,CF-Region-Code"',
    )
    .transform(names => names.split(',').map(name => name.trim()))
    .default([]),
  ASSENT_MASTER_KEY: z
    .string()
    .refine(isStrongKey, 'must be 64 random hex digits: make one with "openssl rand -hex 32"')
    .optional(),
  ASSENT_MASTER_KEY_NEW: z
    .string()
    .refine(isStrongKey, 'must be 64 random hex digits: make one with "openssl rand -hex 32"')
    .optional(),
  ASSENT_MASTER_KEY_FILE: z.string().min(1, 'is empty: name a file, or leave it out').optional(),
  ASSENT_PROVIDERS_FILE: z.string().min(1, 'is empty: name a file, or leave it out').optional(),
  // The law leaves ten working days; whoever was meant to look has had two days by then.
  ASSENT_HOLD_HOURS: whole(1, 240, 'must be whole hours, 1 to 240').default(48),
  ASSENT_LIMIT_PER_MINUTE: whole(1, 999_999_999, 'must be a number of decisions, at least 1').default(120),
  ASSENT_LIMIT_BURST: whole(
    MOST_DECISIONS,
    999_999_999,
    `must be a number of decisions, at least ${MOST_DECISIONS}: a browser may send so many at once`,
  ).default(240),
  ASSENT_LIMIT_SITE_PER_HOUR: whole(
    MOST_DECISIONS,
    999_999_999,
    `must be a number of decisions, at least ${MOST_DECISIONS}`,
  ).default(100_000),
  ASSENT_METRICS_PORT: whole(
    0,
    65_535,
    'must be a port between 0 and 65535 (0 takes any free one), or left out for no metrics',
  ).optional(),
  ASSENT_ACCESS_LOG: z.enum(['0', '1'], 'must be 1, or 0 for no access log').default('0'),
  ASSENT_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  ASSENT_CHECKPOINT_MS: whole(10, 3_600_000, 'must be milliseconds between 10 and 3600000').default(1000),
  ASSENT_WITNESSES: z.string().transform(readWitnesses).default([]),
  // Ten seconds: a log that grows all day is 8,640 small requests a day for its witness, and a receipt taken a moment
  // later is witnessed already.
  ASSENT_WITNESS_MS: whole(10, 3_600_000, 'must be milliseconds between 10 and 3600000').default(10_000),
})

/** Reads flags and environment; throws one error that lists every fault with what to do. */
export function readConfig(flags: ConfigFlags = {}, environment: Environment = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('ASSENT_')))
  const flagged = {
    ...(flags.data !== undefined && { ASSENT_DATA: flags.data }),
    ...(flags.port !== undefined && { ASSENT_PORT: flags.port }),
    ...(flags.host !== undefined && { ASSENT_HOST: flags.host }),
  }
  const parsed = settings.safeParse({ ...given, ...flagged }, { error: plainWords })
  const faults = [
    ...Object.keys(given)
      .filter(name => !(name in settings.shape))
      .map(name => `${name} is not a setting: ${meantBy(name)}`),
    ...(parsed.success ? acrossSettings(parsed.data) : parsed.error.issues.map(issueText)),
  ]
  if (!parsed.success || faults.length > 0)
    throw new ConfigError(`The settings have ${faults.length} fault(s):\n  ${faults.join('\n  ')}`)
  const { data } = parsed
  const folder = resolve(data.ASSENT_DATA)
  const url = data.ASSENT_URL ?? `http://${urlHost(data.ASSENT_HOST)}:${data.ASSENT_PORT}`
  return {
    data: folder,
    port: data.ASSENT_PORT,
    host: data.ASSENT_HOST,
    url,
    production: url.startsWith('https:'),
    ...(data.ASSENT_TLS_CERT !== undefined &&
      data.ASSENT_TLS_KEY !== undefined && {
        tls: { cert: resolve(data.ASSENT_TLS_CERT), key: resolve(data.ASSENT_TLS_KEY) },
      }),
    trustedProxies: data.ASSENT_TRUSTED_PROXIES,
    regionHeaders: data.ASSENT_REGION_HEADER,
    limits: {
      perMinute: data.ASSENT_LIMIT_PER_MINUTE,
      burst: data.ASSENT_LIMIT_BURST,
      sitePerHour: data.ASSENT_LIMIT_SITE_PER_HOUR,
    },
    ...(data.ASSENT_MASTER_KEY !== undefined && { masterKey: data.ASSENT_MASTER_KEY }),
    ...(data.ASSENT_MASTER_KEY_NEW !== undefined && { masterKeyNew: data.ASSENT_MASTER_KEY_NEW }),
    masterKeyFile: resolve(data.ASSENT_MASTER_KEY_FILE ?? `${folder}/keys/master.key`),
    providersFile: resolve(data.ASSENT_PROVIDERS_FILE ?? `${folder}/keys/providers.json`),
    holdHours: data.ASSENT_HOLD_HOURS,
    checkpointEvery: data.ASSENT_CHECKPOINT_MS,
    witnesses: data.ASSENT_WITNESSES,
    witnessEvery: data.ASSENT_WITNESS_MS,
    ...(data.ASSENT_METRICS_PORT !== undefined && { metricsPort: data.ASSENT_METRICS_PORT }),
    accessLog: data.ASSENT_ACCESS_LOG === '1',
    logLevel: data.ASSENT_LOG_LEVEL,
  }
}

function acrossSettings(data: z.infer<typeof settings>): string[] {
  const faults: string[] = []
  const url = data.ASSENT_URL === undefined ? undefined : new URL(data.ASSENT_URL)
  if (url?.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    faults.push(`ASSENT_URL must start with "https:" for any host but localhost: put a TLS proxy in front`)
  if (!LOOPBACK.test(data.ASSENT_HOST) && url?.protocol !== 'https:')
    faults.push(
      `ASSENT_HOST ${data.ASSENT_HOST} is reachable from outside: set ASSENT_URL to the https address of the TLS proxy in front of it, or listen on 127.0.0.1`,
    )
  const ownTls = [data.ASSENT_TLS_CERT, data.ASSENT_TLS_KEY].filter(file => file !== undefined).length
  if (ownTls === 1) faults.push('ASSENT_TLS_CERT and ASSENT_TLS_KEY go together: set both, or neither')
  if (ownTls > 0 && url?.protocol !== 'https:')
    faults.push('ASSENT_TLS_CERT needs ASSENT_URL: set it to the https address browsers use')
  if (url?.protocol === 'https:' && ownTls === 0 && data.ASSENT_TRUSTED_PROXIES.length === 0)
    faults.push(
      'ASSENT_URL is https, and nothing here ends TLS: name the proxy that does in ASSENT_TRUSTED_PROXIES (such as "127.0.0.1"), or set ASSENT_TLS_CERT and ASSENT_TLS_KEY',
    )
  if (data.ASSENT_REGION_HEADER.length > 0 && data.ASSENT_TRUSTED_PROXIES.length === 0)
    faults.push(
      'ASSENT_REGION_HEADER is believed from a trusted proxy only, and there is none: name it in ASSENT_TRUSTED_PROXIES, and have it overwrite what browsers send in that header',
    )
  if (data.ASSENT_MASTER_KEY !== undefined && data.ASSENT_MASTER_KEY_FILE !== undefined)
    faults.push('ASSENT_MASTER_KEY and ASSENT_MASTER_KEY_FILE are both set: keep one')
  return faults
}

const issueText = (issue: z.core.$ZodIssue): string => `${issue.path.join('.')} ${issue.message}`

/** The list itself, or the name of a file that holds it: only an address has "://" in it. */
function readWitnesses(setting: string, { issues }: z.core.$RefinementCtx): readonly KnownWitness[] {
  const fault = (message: string) => {
    issues.push({ code: 'custom', message, input: setting })
    return z.NEVER
  }
  let text = setting
  try {
    if (!setting.includes('://')) text = readFileSync(setting, 'utf8')
  } catch {
    // Whatever is wrong with the file, the same has to be done.
    return fault(`names a file that cannot be read: "${setting}"`)
  }
  const read = parseWitnesses(text)
  return 'listed' in read ? read.listed : fault(read.faults.join('; '))
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host)

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

/** A key somebody typed, one pattern repeated, or a row of numbers has few different bytes, or few different steps. */
export function isStrongKey(hex: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(hex)) return false
  const bytes = Buffer.from(hex, 'hex')
  const steps = bytes.subarray(1).map((byte, i) => byte - bytes[i]!)
  return new Set(bytes).size >= 16 && new Set(steps).size >= 8
}

/** The setting somebody had in mind. */
function meantBy(name: string): string {
  if (/SECRET|PASS|TOKEN|PRIVATE/.test(name)) return 'the one secret is ASSENT_MASTER_KEY (or _FILE)'
  const [nearest] = Object.keys(settings.shape)
    .map(known => ({ known, edits: editsBetween(name, known) }))
    .toSorted((a, b) => a.edits - b.edits)
  return nearest && nearest.edits <= 3
    ? `write ${nearest.known}, or unset it`
    : '"assent serve --help" lists them; unset it'
}

/** How many letters to add, drop or change (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries())
    row = row.reduce<number[]>((next, above, j) => {
      const changed = row[j - 1]! + (letter === b[j - 1] ? 0 : 1)
      return [...next, j === 0 ? i + 1 : Math.min(above + 1, next[j - 1]! + 1, changed)]
    }, [])
  return row[b.length]!
}
