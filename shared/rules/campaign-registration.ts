import type { Dated } from './dated.ts'

/** A member of a 10DLC campaign as Twilio's API calls it, and how long it may be. */
export interface CampaignField extends Dated {
  readonly field: string
  readonly least: number
  readonly most: number
}

const row = (field: string, least: number, most: number): CampaignField => ({
  field,
  least,
  most,
  source: 'Twilio API reference, Messaging: UsAppToPerson resource, create parameters',
  checked: false,
})

export const CAMPAIGN_FIELDS: readonly CampaignField[] = [
  row('description', 40, 4096),
  row('messageFlow', 40, 2048),
  row('messageSamples', 20, 1024),
  row('optInMessage', 20, 320),
  row('optOutMessage', 20, 320),
  row('helpMessage', 20, 320),
  // All of them together, with commas.
  row('optInKeywords', 1, 255),
  row('optOutKeywords', 1, 255),
  row('helpKeywords', 1, 255),
]

/** How many samples a campaign takes. */
export const CAMPAIGN_SAMPLES = {
  least: 2,
  most: 5,
  source: 'Twilio API reference, Messaging: UsAppToPerson resource, MessageSamples',
  checked: false,
} as const
