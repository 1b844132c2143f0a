import { configuration, key } from './config.ts'
import type { ConsentRecord } from './handle.ts'

/** Reading throws in an opaque origin, such as a sandboxed frame. */
export function readCookie(name: string): string | undefined {
  try {
    return `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(';')[0]
  } catch {
    // Nothing can be remembered there, which is what an absent cookie says too.
  }
}

/** @returns whether the browser kept it */
export function writeCookie(name: string, value: string, days: number, place = ';path=/'): boolean {
  try {
    const secure = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${name}=${value};max-age=${days * 86_400};samesite=lax${place}${secure}`
  } catch {
    // As above: the answer tells.
  }
  return readCookie(name) === value
}

/** `v1.<time, base 36>.<configuration, 8 hex>.<id>:1,<id>:0.<Consent Mode flags>[g][.<secret>]`; g: GPC was on. */
export function readConsent(
  raw: string | undefined,
): { choices: Record<string, boolean>; gpc: boolean } | undefined {
  const [version, , , list = '', flags = ''] = raw?.split('.') ?? []
  // How long it counts is the cookie's own age.
  if (version === 'v1')
    return {
      choices: Object.fromEntries(list.split(',').map(item => [item.slice(0, -2), item.endsWith('1')])),
      gpc: flags.endsWith('g'),
    }
}

/** The rest of it, which the loader has no use for. */
export function readDetails(): Pick<ConsentRecord, 'decidedAt' | 'configuration' | 'secret'> {
  const [, time = '', hash = '', , , secret] = readCookie(key)?.split('.') ?? []
  return { decidedAt: parseInt(time, 36), configuration: hash, secret }
}

export function writeConsent(
  { decidedAt, configuration: hash, choices, gpc, secret }: ConsentRecord,
  flags: number,
): boolean {
  const list = Object.entries(choices)
    .map(([id, granted]) => `${id}:${+granted}`)
    .join()
  return writeCookie(
    key,
    `v1.${decidedAt.toString(36)}.${hash}.${list}.${flags}${gpc ? 'g' : ''}${secret ? `.${secret}` : ''}`,
    configuration.expiresAfterDays,
  )
}
