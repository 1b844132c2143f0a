import { readFileSync } from 'node:fs'
import { builtFrom } from '../../server/inventory/built.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import { startMessaging, type MessagingDeps, type MessagingJob } from '../../server/jobs/messaging.ts'
import { startUnconfirmed } from '../../server/jobs/unconfirmed.ts'
import { openErasures } from '../../server/erasure/erase.ts'
import { openCarriers, type Carriers } from '../../server/messages/carriers.ts'
import { maskAddress } from '../../server/marketing/mask.ts'
import { appendOptIns, type OptInAnswer, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusAnswer } from '../../server/marketing/status/question.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import type { SiteProviders } from '../../shared/schemas/providers.ts'
import { createTestApp, ORIGIN, SITE, type TestApp } from './app.ts'
import { aDecisionId } from './decisions.ts'

const ROOT = new URL('../../', import.meta.url)
export const CONSENT = 'https://consent.harbor.example'
export const RESEARCH = 'harbor-research'

/** The demo's own site, with a program that takes a double opt-in in three languages. */
export const harborSite = (change: (program: Program) => Program = as => as): SiteConfiguration => {
  const demo = JSON.parse(readFileSync(new URL('demo/harbor/site.json', ROOT), 'utf8')) as SiteConfiguration
  return { ...demo, logOrigin: `log.test/${SITE}`, origins: [ORIGIN], programs: demo.programs.map(change) }
}

export interface MessagingApp extends TestApp {
  readonly messaging: MessagingJob
  /** Publishes the site anew, changed. */
  publish(change: (program: Program) => Program): Promise<void>
  /** An opt-in of the double program; what differs is given. */
  optIn(changes?: Partial<SentOptIn>, network?: string): Promise<OptInAnswer>
  status(address: string, channel?: 'email' | 'sms', program?: string): StatusAnswer
  /** Erases what nobody confirmed in time. */
  dispose(): Promise<void>
}

/** An app beside the jobs that send; both run when they are told to. */
export async function createMessagingApp(
  providers: SiteProviders,
  {
    change,
    suspended = new Set(),
    ...deps
  }: Partial<MessagingDeps> & {
    readonly change?: (program: Program) => Program
    readonly suspended?: ReadonlySet<string>
  } = {},
): Promise<MessagingApp> {
  const app = await createTestApp({ url: CONSENT, suspended, providers: { [SITE]: providers } })
  const { ledger, links, messages, lines } = app
  const built = await builtFrom(new URL('dist/', ROOT))
  const publish = async (how?: (program: Program) => Program): Promise<void> => {
    const published = await publishSite(ledger, ledger.folders, built, harborSite(how))
    if (!published.ok) throw new Error(published.detail)
  }
  await publish(change)
  const log = logTo(lines)
  const carriers: Carriers = openCarriers(
    { [SITE]: providers },
    { log, url: CONSENT, production: false, mask: maskAddress },
  )
  const find = sitesIn(ledger.store)
  const messaging = startMessaging(
    { ledger, links, messages, carriers, find, log, url: CONSENT, ...deps },
    1e9,
  )
  const unconfirmed = startUnconfirmed(
    { ledger, messages, find, log, erasures: openErasures(ledger, ledger.erasures, [messages]), suspended },
    1e9,
  )
  return {
    ...app,
    messaging,
    publish,
    async optIn(changes = {}, network = '192.0.2.0/24') {
      const site = find(SITE)!
      const { program = RESEARCH, language = 'en', channel = 'email' } = changes
      const optIn: SentOptIn = {
        id: aDecisionId(),
        program,
        channel,
        address: channel === 'email' ? 'robin@mail.example' : '+12025550123',
        decidedAt: ledger.now() - 1_000,
        configuration: site.hash,
        text: site.files[`opt-in.${program}.${language}`]!,
        language,
        method: 'form',
        ofAge: true,
        ...changes,
      }
      const sender = { network, userAgent: 'Test browser', page: ORIGIN }
      const [answer] = await appendOptIns(ledger, SITE, [optIn], site.configuration, sender)
      return answer!
    },
    status: (address, channel = 'email', program = RESEARCH) =>
      statusOf(ledger, find(SITE)!, { channel, address, program }),
    dispose: () => unconfirmed.run(),
    async remove() {
      await messaging.stop()
      await unconfirmed.stop()
      carriers.close()
      await app.remove()
    },
  }
}

const logTo = (lines: TestApp['lines']): MessagingDeps['log'] => {
  const at = (level: string) => (event: string, fields?: object) =>
    void lines.push({ level, event, ...fields })
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** The one link in a mail. */
export const linkIn = (text: string | undefined): URL => {
  const links = text?.match(/https?:\/\/\S+/g) ?? []
  if (links.length !== 1) throw new Error(`${links.length} links in: ${text}`)
  return new URL(links[0])
}
