import type { Log } from '../../shared/domain/log.ts'
import type { Providers } from '../../shared/schemas/providers.ts'
import type { Config } from '../config.ts'
import { createPoster } from '../hooks/post.ts'
import type { HookStore } from '../hooks/store.ts'
import { sitesIn } from '../inventory/current.ts'
import { startHolds } from '../jobs/holds.ts'
import { startHookDelivery } from '../jobs/hook-delivery.ts'
import { startMessaging } from '../jobs/messaging.ts'
import { startUnconfirmed } from '../jobs/unconfirmed.ts'
import { maskAddress } from '../marketing/mask.ts'
import { openCarriers } from '../messages/carriers.ts'
import type { MessageStore } from '../messages/store.ts'
import type { OpenData } from './data.ts'

export interface JobDeps {
  readonly data: OpenData
  readonly messages: MessageStore
  readonly hooks: HookStore
  readonly providers: Providers
  /** Sites whose log must not grow now. */
  readonly suspended: ReadonlySet<string>
  readonly log: Log
}

/** How often it is looked for what hooks are to be told. */
const HOOKS_EVERY = 1_000
/** How often logs are looked at for messages that follow from them. */
const MESSAGES_EVERY = 1_000
/** How often it is looked for sign-ups that nobody confirmed in time. */
const UNCONFIRMED_EVERY = 600_000
/** How often it is looked for holds that nobody settled in time. */
const HOLDS_EVERY = 60_000

/** What follows from the logs, beside the answers: messages to people and to other systems, and what ends by itself. */
export function startJobs(
  { data, messages, hooks, providers, suspended, log }: JobDeps,
  { url, production, holdHours }: Config,
): { run(): void; stop(): Promise<void> } {
  const { ledger, links, erasures } = data
  const find = sitesIn(ledger.store)
  // A fault in the file is said before anything is served.
  const carriers = openCarriers(providers, { log, url, production, mask: maskAddress })
  const poster = createPoster({ production })
  const jobs = [
    startMessaging({ ledger, messages, links, carriers, find, log, url }, MESSAGES_EVERY),
    startUnconfirmed({ ledger, erasures, messages, find, suspended, log }, UNCONFIRMED_EVERY),
    startHolds(ledger, messages, log, { every: HOLDS_EVERY, holdHours, suspended }),
    startHookDelivery(
      { ledger, hooks, secrets: data.hookSecrets, poster, log, chance: Math.random },
      HOOKS_EVERY,
    ),
  ]
  return {
    run: () => jobs.forEach(job => void job.run()),
    async stop() {
      await Promise.all(jobs.map(job => job.stop()))
      carriers.close()
      poster.close()
    },
  }
}
