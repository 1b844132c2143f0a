import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createListener, type AppDeps } from '../../server/app.ts'
import { openErasures, type Erasures } from '../../server/erasure/erase.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import { confirmOptIn } from '../../server/marketing/confirm.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusAnswer } from '../../server/marketing/status/question.ts'
import type { MessageStore } from '../../server/messages/store.ts'
import { createApiKey, openApiKeys, type Scope } from '../../server/operators/api-keys.ts'
import { openMessages, openOperators } from '../../server/storage/open.ts'
import { openLinkTokens, type LinkAudience, type LinkTokens } from '../../server/subjects/link-token.ts'
import type { Channel, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { APP_SETTINGS } from './app.ts'
import { aDecisionId } from './decisions.ts'
import { testLedger, type TestLedger } from './ledger.ts'

const ROOT = join(import.meta.dirname, '../..')
const harbor = JSON.parse(readFileSync(join(ROOT, 'demo/harbor/site.json'), 'utf8')) as SiteConfiguration
const [offers, research] = harbor.programs as [Program, Program]

export const HARBOR = 'harbor'
export const OFFERS = offers.id
export const RESEARCH = research.id
export const VISITS = 'harbor-visits'
export const PERSON = 'robin.marsh@mail.example'

const VISIT_WORDS = {
  en: 'We write to you when an engineer is on the way to you.',
  de: 'Wir schreiben Ihnen, wenn jemand zu Ihnen unterwegs ist.',
  ar: 'نكتب إليك عندما يكون المهندس في طريقه إليك.',
}

/** Offers, research that has to be confirmed, and messages about visits, which are no marketing. */
export const PROGRAMS: readonly Program[] = [
  offers,
  { ...research, confirmation: 'double' },
  {
    id: VISITS,
    name: { en: 'Engineer visits', de: 'Technikerbesuche', ar: 'زيارات المهندسين' },
    purpose: offers.purpose,
    open: true,
    countries: offers.countries,
    confirmation: 'single',
    class: 'service',
    disclosures: (['email', 'sms'] as const).map(channel => ({ channel, text: VISIT_WORDS })),
  },
]

/** The real server over HTTP with a real publication, in this process, so that a test can look at what it keeps. */
export interface PreferencesServer {
  readonly origin: string
  readonly ledger: TestLedger
  readonly links: LinkTokens
  readonly messages: MessageStore
  readonly erasures: Erasures
  readonly suspended: Set<string>
  key(...scopes: Scope[]): string
  /** One program agreed to on the sign-up page; answers the subject of the address. */
  signUp(changes?: Partial<SentOptIn>): Promise<string>
  /** The second step of a program that asks for one. */
  confirm(program: string, address?: string): Promise<void>
  /** Path of the link of an address, as it stands in a message. */
  link(audience: LinkAudience, of?: { address?: string; channel?: Channel; program?: string }): string
  status(program: string, address?: string, channel?: Channel): StatusAnswer
  /** Of the person everybody is here, by e-mail, as it was true then. */
  statusAt(program: string, asOf: number): StatusAnswer
  subjectOf(address: string, channel?: Channel): string | undefined
  size(): number
  publish(programs: readonly Program[]): Promise<void>
  close(): Promise<void>
}

export async function startPreferences(
  changes: Partial<AppDeps> = {},
  { open = testLedger, programs = PROGRAMS } = {},
): Promise<PreferencesServer> {
  const ledger = await open()
  const built = await builtFrom(pathToFileURL(`${join(ROOT, 'dist')}/`))
  const publish = async (now: readonly Program[]): Promise<void> => {
    const published = await publishSite(ledger, ledger.folders, built, { ...harbor, programs: now })
    if (!published.ok) throw new Error(published.detail)
  }
  await publish(programs)
  const operators = openOperators(ledger.folder)
  const { messages, close: closeMessages } = openMessages(ledger.folder)
  const links = openLinkTokens(ledger.storage.blindRoot)
  const suspended = new Set<string>()
  const quiet = (): void => {}
  const log = { info: quiet, warn: quiet, error: quiet }
  const erasures = openErasures(ledger, ledger.erasures)
  const listener = createListener({
    ...APP_SETTINGS,
    ledger,
    links,
    messages,
    erasures,
    suspended,
    apiKeys: openApiKeys(operators.apiKeys, ledger.now, log),
    log,
    newId: randomUUID,
    ...changes,
  })
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const subjectOf = (address: string, channel: Channel = 'email'): string | undefined =>
    ledger.store.subjectOfAddress(HARBOR, ledger.blindIndex.blindOf(HARBOR, channel, address))
  const site = (): { key: string; configuration: SiteConfiguration } => ({
    key: HARBOR,
    configuration: JSON.parse(
      Buffer.from(ledger.store.text(HARBOR, ledger.store.current(HARBOR)!.configuration)!.body).toString(),
    ) as SiteConfiguration,
  })
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    ledger,
    links,
    messages,
    erasures,
    suspended,
    key: (...scopes) =>
      createApiKey(operators.apiKeys, { site: HARBOR, scopes }, { now: ledger.now, random: randomBytes }).key,
    async signUp(changed = {}) {
      const { program = OFFERS, channel = 'email', address = PERSON } = changed
      const { files, configuration } = ledger.store.current(HARBOR)!
      const optIn: SentOptIn = {
        id: aDecisionId(),
        program,
        channel,
        address,
        decidedAt: ledger.now(),
        configuration,
        text: files[`opt-in-page.${program}.en`]!,
        language: 'en',
        method: 'page',
        ofAge: true,
        ...changed,
      }
      const [answer] = await appendOptIns(ledger, HARBOR, [optIn], site().configuration, {})
      if (!answer || !('index' in answer)) throw new Error(`not signed up: ${JSON.stringify(answer)}`)
      return subjectOf(address, channel)!
    },
    async confirm(program, address = PERSON) {
      const subject = subjectOf(address)!
      const confirms = ledger.store.subject(HARBOR, subject)!.standing[`email:${program}`]!.act!.id
      const what = { subject, channel: 'email', program, confirms, method: 'link' } as const
      const { confirmed } = await confirmOptIn(ledger, HARBOR, what)
      if (!confirmed) throw new Error(`nothing of "${program}" waits to be confirmed`)
    },
    link(audience, { address = PERSON, channel = 'email', program } = {}) {
      const subject = subjectOf(address, channel)
      if (subject === undefined) throw new Error(`nobody is known by ${address}`)
      const claim = { subject, channel, ...(program !== undefined && { program }) }
      const token = links.make(HARBOR, audience, claim)
      return audience === 'unsubscribe'
        ? `/s/${HARBOR}/u.${token}`
        : `/s/${HARBOR}/preferences.en.html?token=${token}`
    },
    status: (program, address = PERSON, channel = 'email') =>
      statusOf(ledger, site(), { channel, address, program }),
    statusAt: (program, asOf) =>
      statusOf(ledger, site(), { channel: 'email', address: PERSON, program, asOf }),
    subjectOf,
    size: () => ledger.store.size(HARBOR),
    publish,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
      operators.close()
      closeMessages()
      await ledger.remove()
    },
  }
}
