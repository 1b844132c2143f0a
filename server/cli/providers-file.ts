import { existsSync } from 'node:fs'
import { plainWords } from '../../shared/schemas/plain-words.ts'
import { providersFile, type Providers } from '../../shared/schemas/providers.ts'
import { keyOf } from '../marketing/inbound/sendgrid.ts'
import { readSecret } from '../ledger/private-files.ts'
import { CommandError } from './command.ts'

/** By what each site sends. A file that is not there means that none does. Throws, naming every fault; never a value in it. */
export function readProviders(path: string): Providers {
  if (!existsSync(path)) return {}
  const text = readSecret(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new CommandError(`${path} is no JSON: correct it, or remove it to send nothing.`, 1, { cause })
  }
  const parsed = providersFile.safeParse(json, { error: plainWords })
  if (parsed.success) {
    for (const [site, { hooks }] of Object.entries(parsed.data))
      requireKey(path, site, hooks?.sendgrid?.publicKey)
    return parsed.data
  }
  const faults = parsed.error.issues.map(({ path: at, message }) => `  ${at.join('.')} ${message}`)
  throw new CommandError(`${path} has ${faults.length} fault(s):\n${faults.join('\n')}`)
}

/** Said when the server starts, not with the first event. */
function requireKey(path: string, site: string, publicKey: string | undefined): void {
  if (publicKey === undefined) return
  try {
    keyOf(publicKey)
  } catch (cause) {
    throw new CommandError(
      `${path}: ${site}.hooks.sendgrid.publicKey is no verification key: copy it from SendGrid's Event Webhook settings.`,
      1,
      { cause },
    )
  }
}
