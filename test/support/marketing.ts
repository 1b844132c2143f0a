import type { Program } from '../../shared/domain/site.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import type { RenderedFile } from '../../server/ledger/publish.ts'
import type { SentOptIn } from '../../server/marketing/opt-in.ts'
import type { SentOptOut } from '../../server/marketing/opt-out.ts'
import { aDecisionId } from './decisions.ts'
import { aConfiguration, publishSite, someFiles, TEST_TIME } from './ledger.ts'

const both = (['email', 'sms'] as const).map(channel => ({
  channel,
  text: { en: `Yes, write to me by ${channel}.`, de: `Ja, schreiben Sie mir per ${channel}.` },
}))

const aProgram = (id: string, changes: Partial<Program> = {}): Program => ({
  id,
  name: { en: id, de: id },
  purpose: 'letters',
  open: true,
  countries: ['US', 'DE'],
  confirmation: 'single',
  // At the tests' moment it is night in America, and most of them are about something else.
  quietHours: 'elsewhere',
  disclosures: both,
  ...changes,
})

export const PROGRAMS: readonly Program[] = [
  aProgram('offers'),
  aProgram('research', { purpose: 'research', confirmation: 'double' }),
  aProgram('adults', { minimumAge: 18 }),
  aProgram('closed', { open: false }),
  aProgram('mail-only', { disclosures: both.slice(0, 1) }),
]

/** A site with programs, as much of it as the ledger reads. */
export const marketingConfiguration = (
  programs: readonly Program[] = PROGRAMS,
  changes: Record<string, unknown> = {},
): Buffer =>
  aConfiguration('harbor', {
    languages: ['en', 'de'],
    origins: ['https://www.harbor.example'],
    controller: { name: 'Harborline IT Ltd', address: '1 Quay, Port', email: 'privacy@harbor.example' },
    programs,
    ...changes,
  })

/** The forms of every program, with and without scripts, in two languages. */
const forms = (programs: readonly Program[], edition: string): RenderedFile[] =>
  programs.flatMap(({ id }) =>
    ['en', 'de'].flatMap(language =>
      (['opt-in', 'opt-in-page'] as const).map(kind => ({
        name: `${kind}.${id}.${language}`,
        kind,
        language,
        bytes: Buffer.from(`${kind} ${id} ${language} ${edition}`),
      })),
    ),
  )

/** Publishes the site with its programs. Another configuration comes with other forms. */
export async function publishPrograms(
  ledger: Parameters<typeof publishSite>[0],
  configuration: Buffer = marketingConfiguration(),
): Promise<void> {
  const { programs } = JSON.parse(configuration.toString()) as { programs: Program[] }
  const confirm = ['en', 'de'].map(language => ({
    name: `confirm-page.${language}`,
    kind: 'confirm-page' as const,
    language,
    bytes: Buffer.from(`confirm-page ${language}`),
  }))
  const files = [...someFiles(), ...forms(programs, 'one'), ...confirm]
  await publishSite(ledger, 'harbor', { configuration, files })
}

export const formHash = (name: string): string =>
  contentHash(forms(PROGRAMS, 'one').find(file => file.name === name)!.bytes)

export const PHONE = '+12025550123'
export const MAIL = 'robin@mail.example'

/** The SMS box of the program `offers`, ticked on the English form. */
export function anOptIn(changes: Partial<SentOptIn> = {}): SentOptIn {
  const { program = 'offers', language = 'en', method = 'form' } = changes
  const kind = method === 'page' ? 'opt-in-page' : 'opt-in'
  return {
    id: aDecisionId(),
    program,
    channel: 'sms',
    address: PHONE,
    decidedAt: TEST_TIME - 1_000,
    configuration: contentHash(marketingConfiguration()),
    text: changes.text ?? formHash(`${kind}.${program}.${language}`),
    language,
    method,
    ...changes,
  }
}

export const anOptOut = (changes: Partial<SentOptOut> = {}): SentOptOut => ({
  id: aDecisionId(),
  channel: 'sms',
  address: PHONE,
  decidedAt: TEST_TIME - 1_000,
  method: 'form',
  ...changes,
})
