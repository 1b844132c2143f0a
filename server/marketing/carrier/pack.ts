import { dayOf } from '../../../shared/rules/dated.ts'
import type { Channel, Program } from '../../../shared/domain/site.ts'
import type { PublicationFiles } from '../../../shared/domain/publication.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { PackFile } from '../evidence/zip.ts'
import { campaignOf, missingIn, type Campaign, type CampaignSite } from './campaign.ts'
import { checklist, type Checked } from './checklist.ts'
import { disclosureVersions } from './disclosures.ts'

export interface CarrierSite extends CampaignSite {
  readonly hash: string
  readonly files: PublicationFiles
}

export interface CarrierQuestion {
  readonly program: Program
  readonly url: string
  readonly samples: readonly string[]
  /** The register of the places where people opt in elsewhere. */
  readonly collectionPoints: readonly RegisteredPoint[]
}

interface RegisteredPoint {
  readonly name: string
  readonly kind: string
  readonly url?: string
  /** By program: channels for which the words tell all they have to. */
  readonly programs: Readonly<Record<string, readonly Channel[]>>
  readonly texts: Readonly<Record<string, { readonly words: string }>>
}

export interface CarrierPack {
  readonly files: readonly PackFile[]
  readonly campaign: Campaign
  readonly checklist: readonly Checked[]
  /** What has to be put right first. */
  readonly missing: readonly string[]
  /** Names of the forms in it, to take pictures of. */
  readonly forms: readonly string[]
}

/** What a carrier asks for before a program may text numbers of its country, made from what is published. */
export function carrierPack(ledger: Ledger, site: CarrierSite, question: CarrierQuestion): CarrierPack {
  const { program, url, samples, collectionPoints } = question
  const { key, configuration, files } = site
  const day = dayOf(ledger.now())
  const language = configuration.languages.find(tag => tag === 'en') ?? configuration.languages[0]!
  const points = collectionPoints
    .filter(({ programs }) => programs[program.id]?.includes('sms'))
    .map(({ name, kind, url: at, texts }) => ({
      name,
      kind,
      ...(at !== undefined && { url: at }),
      words: texts[language]?.words ?? Object.values(texts)[0]?.words ?? '',
    }))
  const campaign = campaignOf(site, program, { url, day, language, samples, points })
  const forms = Object.fromEntries(
    configuration.languages.flatMap(tag => {
      const hash = files[`opt-in-page.${program.id}.${tag}`]
      const text = hash === undefined ? undefined : ledger.store.text(key, hash)
      return text ? [[tag, Buffer.from(text.body).toString()] as const] : []
    }),
  )
  const checked = checklist(site, program, forms, day)
  const missing = [
    ...missingIn(campaign),
    ...checked.flatMap(({ id, what, missing: why }) =>
      why === undefined ? [] : [`${id} (${what}): ${why}`],
    ),
  ]
  const json = (name: string, value: unknown): PackFile => file(name, `${JSON.stringify(value, null, 2)}\n`)
  const versions = disclosureVersions(ledger, key, program.id)
  return {
    campaign,
    checklist: checked,
    missing,
    forms: Object.keys(forms).map(tag => `forms/opt-in.${tag}.html`),
    files: [
      json('campaign.json', campaign),
      json('disclosures.json', versions),
      json('collection-points.json', collectionPoints),
      json('sample-records.json', sampleRecords(site, program, language)),
      ...Object.entries(forms).map(([tag, page]) => file(`forms/opt-in.${tag}.html`, page)),
      file('CHECKLIST.txt', checklistText(checked)),
      file('MISSING.txt', missingText(missing)),
    ],
  }
}

const file = (name: string, text: string): PackFile => ({ name, bytes: Buffer.from(text) })

const checklistText = (checked: readonly Checked[]): string =>
  [
    'What carriers go through before they let a program text (D1 to D15), and where it is met.',
    'Words are found by patterns: read them yourself, too. Not legal advice.',
    '',
    ...checked.map(
      ({ id, what, met, missing }) =>
        `${id.padEnd(4)}${met === undefined ? '[ ]' : '[x]'} ${what}\n        ${met ?? missing ?? ''}`,
    ),
    '',
  ].join('\n')

const missingText = (missing: readonly string[]): string =>
  missing.length === 0
    ? 'Nothing that could be checked here is missing. Read it before you hand it in.\n'
    : `Before this is handed in:\n\n${missing.map(line => `- ${line}`).join('\n')}\n`

/** As an opt-in is kept here; of nobody. */
function sampleRecords({ hash, files, configuration }: CarrierSite, program: Program, language: string) {
  const words = program.disclosures.find(({ channel }) => channel === 'sms')?.text[language]
  const double = program.confirmation === 'double'
  const time = '2026-01-15T16:20:00.000Z'
  return {
    note: 'Invented, to show what is kept of each opt-in: nobody has this number.',
    records: [
      {
        type: 'opt-in',
        program: program.id,
        channel: 'sms',
        address: '+12025550123',
        decidedAt: time,
        receivedAt: time,
        method: 'form',
        language,
        page: configuration.origins[0],
        network: '192.0.2.0/24',
        userAgent: 'Mozilla/5.0 (invented)',
        words,
        text: files[`opt-in.${program.id}.${language}`],
        configuration: hash,
        confirmation: program.confirmation,
      },
      ...(double
        ? [
            {
              type: 'confirmation',
              program: program.id,
              channel: 'sms',
              address: '+12025550123',
              decidedAt: time,
              method: 'keyword',
            },
          ]
        : []),
      { type: 'opt-out', channel: 'sms', address: '+12025550123', decidedAt: time, method: 'keyword' },
    ],
  }
}
