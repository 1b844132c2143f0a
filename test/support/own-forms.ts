import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtFrom } from '../../server/inventory/built.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import type { TestLedger } from './ledger.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The demo site harbor with a program that shares what it collects, one about orders, and points for all of them. */
export function ownForms(): SiteConfiguration {
  const harbor = JSON.parse(readFileSync(join(ROOT, 'demo/harbor/site.json'), 'utf8')) as SiteConfiguration
  const [offers, research] = harbor.programs as [Program, Program]
  const shared = (language: string) =>
    ({
      en: 'Yes, send me offers from Harborline IT by e-mail, and share my address with Quay Bank. I can unsubscribe at any time.',
      de: 'Ja, senden Sie mir Angebote von Harborline IT per E-Mail, und geben Sie meine Adresse an Quay Bank weiter. Ich kann mich jederzeit abmelden.',
      ar: 'نعم، أرسلوا إليّ عروض Harborline IT بالبريد وشاركوا عنواني مع Quay Bank. يمكنني إلغاء الاشتراك في أي وقت.',
    })[language]!
  const inAll = (text: (language: string) => string) =>
    Object.fromEntries(harbor.languages.map(language => [language, text(language)]))
  const byMail = offers.disclosures.slice(0, 1)
  const orders = { ...offers, id: 'orders', purpose: 'orders', class: 'service' as const }
  const partner = {
    ...offers,
    id: 'partner',
    sharesWith: 'Quay Bank',
    disclosures: byMail.map(each => ({ ...each, text: inAll(shared) })),
  }
  const points = harbor.collectionPoints!
  return {
    ...harbor,
    logOrigin: 'log.test/harbor',
    purposes: [
      ...harbor.purposes,
      { ...harbor.purposes.find(({ id }) => id === offers.purpose)!, id: 'orders', basis: 'contract' },
    ],
    programs: [offers, research, orders, partner],
    collectionPoints: [
      ...points,
      {
        id: 'survey',
        name: 'Survey by phone',
        kind: 'phone',
        programs: [research.id],
        text: research.disclosures[1]!.text,
      },
      {
        id: 'bank-day',
        name: 'Day at the bank',
        kind: 'in-person',
        programs: ['partner'],
        text: inAll(shared),
      },
    ],
  }
}

/** Publishes it as an operator would: valid, and compiled. */
export async function publishOwnForms(
  ledger: TestLedger,
  configuration: SiteConfiguration = ownForms(),
): Promise<void> {
  const check = checkSiteConfiguration(configuration)
  if (!check.ok) throw new Error(check.faults.map(f => `${f.path} ${f.message}`).join('\n'))
  const built = await builtFrom(pathToFileURL(`${join(ROOT, 'dist')}/`))
  const published = await publishSite(ledger, ledger.folders, built, check.configuration)
  if (!published.ok) throw new Error(published.detail)
}
