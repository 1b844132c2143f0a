import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyInEnvironment, keyInFile, writeKeyFile } from '../../server/cli/master-key.ts'
import type { KeyProvider } from '../../server/subjects/key-provider.ts'

/** Makes another master key of one kind each time. */
export interface KeyKind {
  readonly name: string
  make(): Promise<KeyProvider>
  remove(): void
}

export function keyKinds(): KeyKind[] {
  const folder = mkdtempSync(join(tmpdir(), 'assent-keys-'))
  const services: ChildProcess[] = []
  let made = 0
  return [
    {
      name: 'a key in the environment',
      make: async () => keyInEnvironment(randomBytes(32).toString('hex')),
      remove: () => {},
    },
    {
      name: 'a key in a file',
      make: async () => {
        const file = join(folder, `${++made}.key`)
        writeKeyFile(file)
        return keyInFile(file)
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    },
    {
      name: 'a key in a service over HTTP',
      make: async () => {
        const service = spawn(process.execPath, [join(import.meta.dirname, 'key-over-http.ts')], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        services.push(service)
        const [port] = (await once(service.stdout, 'data')) as [Buffer]
        return keyInService(`http://127.0.0.1:${String(port).trim()}`)
      },
      remove: () => services.forEach(service => void service.kill()),
    },
  ]
}

function keyInService(url: string): KeyProvider {
  const call = async (body: Record<string, string>): Promise<Record<string, string>> => {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the key service answered ${answer.status}`)
    return (await answer.json()) as Record<string, string>
  }
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64')
  return {
    id: `service:${url}`,
    wrap: async (secret, context) =>
      bytes((await call({ secret: Buffer.from(secret).toString('base64'), context }))['wrapped']),
    unwrap: async (wrapped, context) =>
      bytes((await call({ wrapped: Buffer.from(wrapped).toString('base64'), context }))['secret']),
  }
}
