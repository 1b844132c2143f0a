import type { Context } from 'hono'
import { contentOf, type Entry } from '../../shared/domain/entry.ts'
import { UNDATED_YES } from '../../shared/domain/marketing.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { ProgramStands } from '../marketing/preferences.ts'
import { maskAddress } from '../marketing/mask.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { Message } from '../messages/store.ts'
import { fillLists, type ListItem } from './fill-lists.ts'
import { answerPage, type Filled, type FormPage } from './form-page.ts'
import type { OpenedLink } from './links.ts'

export interface Shown {
  /** Absent where the page was opened without a link, or with one that leads nowhere. */
  readonly opened?: OpenedLink | undefined
  readonly messages?: readonly Message[]
  readonly facts: readonly string[]
  readonly values: Readonly<Record<string, string>>
  readonly said: Readonly<Record<string, string>>
}

type Framing = NonNullable<Parameters<typeof answerPage>[3]>

/** The published page, with what is so for the address the link was sent to. */
export function answerPreferences(
  c: Context<AppEnv>,
  page: FormPage,
  { opened, messages = [], facts, values, said }: Shown,
  framing: Framing = {},
): Response {
  const { configuration, hash } = c.get('site')
  const { language } = page
  const seen = opened?.audience === 'preferences' ? messages : []
  const lists = {
    acts: opened?.audience === 'preferences' ? actsOf(opened, configuration, language) : [],
    messages: seen.map(message => lineOf(message, configuration, language)),
  }
  const filled: Filled = {
    facts: new Set([...(opened ? factsOf(opened) : []), ...(seen.length > 0 ? ['messages'] : []), ...facts]),
    values: { ...values, token: opened?.token ?? '', configuration: hash, text: page.text.hash },
    ticked: new Set(),
    receipts: {},
    said: { ...(opened && saidOf(opened, language)), ...said },
  }
  // Its own language links lead to the same person's page.
  const html = fillLists(new TextDecoder().decode(page.text.body), lists).replace(
    / href="(preferences\.[\w-]+\.html)" lang=/g,
    (as, file: string) => (opened ? ` href="${file}?token=${opened.token}" lang=` : as),
  )
  return answerPage(c, { language, text: { ...page.text, body: Buffer.from(html) } }, filled, framing)
}

const keyOf = ({ claim: { channel } }: OpenedLink, id: string): string => `${channel}.${id}`

function factsOf(opened: OpenedLink): string[] {
  const { audience, claim, preferences } = opened
  const isFull = audience === 'preferences'
  const { address, programs, isHeld, isStopped } = preferences
  return [
    'known',
    address === undefined ? 'unnamed' : 'named',
    claim.channel,
    ...(isFull ? ['full'] : []),
    ...(isHeld ? ['held'] : []),
    ...(isStopped ? ['stopped'] : []),
    ...(!isFull && claim.program !== undefined ? [`this:${keyOf(opened, claim.program)}`] : []),
    ...programs.flatMap(stands => factsOfProgram(opened, stands, isFull && address !== undefined)),
  ]
}

function factsOfProgram(
  opened: OpenedLink,
  { program, state, since }: ProgramStands,
  mayStart: boolean,
): string[] {
  const key = keyOf(opened, program.id)
  const isOn = state === 'on' || state === 'waits'
  return [
    `${state === 'on' && since === UNDATED_YES ? 'undated' : state}:${key}`,
    ...(isOn ? [`can-stop:${key}`] : []),
    ...(!isOn && mayStart && program.class !== 'service' ? [`can-start:${key}`] : []),
  ]
}

function saidOf(opened: OpenedLink, language: string): Record<string, string> {
  const { claim, preferences } = opened
  const { address, programs } = preferences
  return {
    ...(address !== undefined && { address: maskAddress(claim.channel, address) }),
    ...Object.fromEntries(
      programs.flatMap(({ program, since }) =>
        since === undefined || since === UNDATED_YES
          ? []
          : [[`date:${keyOf(opened, program.id)}`, day(since, language)]],
      ),
    ),
  }
}

const day = (moment: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(moment)

const TO_THE_MINUTE = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
const minute = (moment: number, language: string): string =>
  `${new Intl.DateTimeFormat(language, TO_THE_MINUTE).format(moment)} UTC`

type Programs = Pick<SiteConfiguration, 'programs'>

/** One the site has no more is called by its id. */
const nameOf = ({ programs }: Programs, id: string | undefined, language: string): string =>
  programs.find(program => program.id === id)?.name[language] ?? id ?? ''

function actsOf({ token, preferences }: OpenedLink, site: Programs, language: string): ListItem[] {
  return preferences.acts.map(({ entry }) => {
    const act = contentOf(entry)
    return {
      each: kindOf(act),
      said: {
        program: nameOf(site, 'program' in act ? act.program : undefined, language),
        at: minute(act.receivedAt, language),
      },
      links: { receipt: `receipt.${entry.id}.json?token=${token}` },
    }
  })
}

const kindOf = (act: Entry): string =>
  act.type === 'opt-out' && act.program === undefined ? 'opt-out-all' : act.type

const OUT = ['confirm', 'welcome', 'stopped', 'help', 'preferences']

function lineOf({ direction, kind, program, at }: Message, site: Programs, language: string): ListItem {
  const each = direction === 'in' ? 'in' : OUT.includes(kind) ? kind : 'other'
  return { each, said: { program: nameOf(site, program, language), at: minute(at, language) } }
}
