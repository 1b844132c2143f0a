import { USUAL_FIELDS } from '../../shared/domain/hook.ts'
import type { LogFields } from '../../shared/domain/log.ts'
import { createPoster, type PosterOptions } from '../../server/hooks/post.ts'
import { readHook, registerHook, type AskedHook, type RefusedHook } from '../../server/hooks/register.ts'
import { openHookSecrets } from '../../server/hooks/secret.ts'
import type { HookStore, NewHook } from '../../server/hooks/store.ts'
import { readConfiguration } from '../../server/inventory/current.ts'
import { startHookDelivery, type HookDelivery } from '../../server/jobs/hook-delivery.ts'
import { openHooks } from '../../server/storage/open.ts'
import type { LogLine } from './app.ts'
import type { TestLedger } from './ledger.ts'

type Registered = { readonly hook: NewHook; readonly secret: string } | RefusedHook

/** The whole of it over a test ledger, with its timer far away: tests say when it looks. */
export interface TestHooks {
  readonly store: HookStore
  readonly lines: LogLine[]
  readonly delivery: HookDelivery
  readonly secrets: ReturnType<typeof openHookSecrets>
  ask(changes?: Partial<AskedHook>, production?: boolean): Registered
  /** Registers, or fails with the refusal. */
  add(changes?: Partial<AskedHook>): { readonly id: string; readonly secret: string }
  stop(): Promise<void>
}

export function testHooks(ledger: TestLedger, options: Partial<PosterOptions> = {}): TestHooks {
  const { hooks: store, close } = openHooks(ledger.folder, { delivers: true })
  const secrets = openHookSecrets(ledger.storage.blindRoot)
  const lines: LogLine[] = []
  const at = (level: string) => (event: string, fields?: LogFields) =>
    void lines.push({ level, event, ...fields })
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const poster = createPoster({ production: false, ...options })
  const delivery = startHookDelivery(
    { ledger, hooks: store, secrets, poster, log, chance: () => 1 },
    3_600_000,
  )
  const ask = (changes: Partial<AskedHook> = {}, production = false): Registered => {
    const configuration = readConfiguration(
      ledger.store,
      'harbor',
      ledger.store.current('harbor')!.configuration,
    )
    const hook = readHook(
      {
        url: 'https://crm.example/in',
        recipient: 'Rowan CRM',
        role: 'processor',
        purposes: [],
        programs: ['offers'],
        fields: USUAL_FIELDS,
        ...changes,
      },
      {
        site: 'harbor',
        configuration,
        production,
        next: ledger.store.size('harbor'),
        now: ledger.now(),
      },
    )
    return 'refused' in hook ? hook : { hook, secret: registerHook({ hooks: store, secrets }, hook) }
  }
  return {
    store,
    lines,
    delivery,
    secrets,
    ask,
    add(changes) {
      const added = ask(changes)
      if ('refused' in added) throw new Error(added.detail)
      return { id: added.hook.id, secret: added.secret }
    },
    async stop() {
      await delivery.stop()
      poster.close()
      close()
    },
  }
}
