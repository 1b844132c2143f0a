import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from './chromium.ts'
import { ARGUMENTS } from './page.ts'

/** Chromium by its bare protocol: no page is attached to unless that is asked for. */
export interface Devtools {
  ask<Answer>(method: string, parameters?: object, session?: string): Promise<Answer>
  /** What an expression is worth in the page with this address, attached to from now on. */
  evaluate<Answer>(address: string, expression: string): Promise<Answer>
  close(): Promise<void>
}

interface Answered {
  readonly id?: number
  readonly result: unknown
  readonly error?: { readonly message: string }
}

export async function launchBare(): Promise<Devtools> {
  const profile = mkdtempSync(join(tmpdir(), 'assent-bare-'))
  const child = spawn(
    chromiumPath(),
    [
      ...ARGUMENTS,
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise(done => {
    child.once('exit', done)
  })
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [, found] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
      if (found) resolve(found)
    })
    child.once('exit', code => reject(new Error(`Chromium ended with ${code}:\n${said}`)))
  })
  const socket = new WebSocket(address)
  await new Promise(resolve => {
    socket.addEventListener('open', resolve)
  })
  const waiting = new Map<number, (answered: Answered) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answered = JSON.parse(String(data)) as Answered
    if (answered.id) waiting.get(answered.id)?.(answered)
  })
  const ask: Devtools['ask'] = <Answer>(method: string, params = {}, sessionId?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const id = waiting.size + 1
      waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result as Answer),
      )
      socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  const sessions = new Map<string, string>()
  const attach = async (page: string): Promise<string> => {
    const { targetInfos } = await ask<Targets>('Target.getTargets')
    const target = targetInfos.find(({ type, url }) => type === 'page' && url === page)
    if (!target) throw new Error(`no page has the address ${page}`)
    const { targetId } = target
    const { sessionId } = await ask<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    })
    sessions.set(page, sessionId)
    return sessionId
  }
  return {
    ask,
    async evaluate<Answer>(page: string, expression: string) {
      const session = sessions.get(page) ?? (await attach(page))
      const given = { expression, returnByValue: true, awaitPromise: true }
      const { result } = await ask<{ result: { value: Answer } }>('Runtime.evaluate', given, session)
      return result.value
    },
    async close() {
      // It may be gone before it has answered.
      void ask('Browser.close')
      await ended
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

interface Targets {
  readonly targetInfos: readonly { readonly type: string; readonly url: string; readonly targetId: string }[]
}
