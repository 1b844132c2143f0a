import type { Context } from 'hono'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { idSchema } from '../../shared/schemas/decision.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { inAnyHome } from '../marketing/any-home.ts'
import { appendOptIns, type OptInAnswer, type SentOptIn } from '../marketing/opt-in.ts'
import { appendOptOuts } from '../marketing/opt-out.ts'
import { findAddress } from '../marketing/find-address.ts'
import { idOfNo } from '../marketing/said-once-more.ts'
import { stopSubject } from '../marketing/stop-subject.ts'
import { queuePreferencesLink } from '../messages/preferences-link.ts'
import type { MessageStore } from '../messages/store.ts'
import { networkOf } from '../middleware/client-address.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import type { OpenedLink } from './links.ts'
import { senderOf } from './opt-ins.ts'
import { decidedAtOf, sentTwiceIsOnce } from './sent-twice.ts'

/** One press of a button on the page. */
export interface Pressed {
  readonly c: Context<AppEnv>
  readonly ledger: Ledger
  readonly refusals: NoteRefusals
  readonly form: URLSearchParams
  readonly opened: OpenedLink
  /** Language of the page. */
  readonly language: string
}

/** The page has several forms, and a browser can go back to it: each act has an id of its own. */
function actId(
  { c, ledger, form, opened }: Pick<Pressed, 'c' | 'ledger' | 'form'> & { readonly opened?: OpenedLink },
  ...act: readonly string[]
): { readonly id: string; readonly decidedAt: number } | undefined {
  const sent = idSchema.safeParse(form.get('id'))
  if (!sent.success) return undefined
  const { key } = c.get('site')
  const id = derivedId(['preferences', key, opened?.claim.subject ?? '', ...act], sent.data)
  return { id, decidedAt: decidedAtOf(ledger, key, id) }
}

const programOf = ({ c }: Pick<Pressed, 'c'>, id: string | null): Program | undefined =>
  c.get('site').configuration.programs.find(program => program.id === id)

/** `*`: everything on this channel. */
export async function stop(pressed: Pressed, program: string): Promise<string[]> {
  const { c, ledger, opened } = pressed
  const { subject, channel } = opened.claim
  const isAll = program === '*'
  const act = actId(pressed, 'stop', program)
  if (!act || (!isAll && !programOf(pressed, program))) return ['failed']
  const { key } = c.get('site')
  const claim = { subject, channel, ...(!isAll && { program }) }
  const id = idOfNo(ledger, key, act.id, claim)
  const decidedAt = decidedAtOf(ledger, key, id)
  const stopped = await stopSubject(ledger, key, { ...claim, id, decidedAt, method: 'preferences' })
  if ('refused' in stopped) return ['failed']
  return ['done', isAll ? `stopped-all:${channel}` : `stopped:${channel}.${program}`]
}

/** A yes like the first one: its box ticked, beside its words. What was stopped before is not revived by it, but given anew. */
export async function start(pressed: Pressed, id: string): Promise<string[]> {
  const { form, opened } = pressed
  const { claim, preferences } = opened
  const program = programOf(pressed, id)
  const key = `${claim.channel}.${id}`
  if (!program || preferences.address === undefined) return ['failed']
  if (form.get('yes') !== 'yes') return [`${key}:empty`]
  if (program.minimumAge !== undefined && form.get('of-age') !== 'yes') return [`${key}:minor`]
  const optIn = yes(pressed, program, preferences.address, form.get('of-age') === 'yes', 'start')
  if (!optIn) return ['failed']
  const [answer] = await append(pressed, [optIn])
  if (answer && 'index' in answer)
    return ['done', `${answer.confirmation === 'double' ? 'asked' : 'started'}:${key}`]
  return OF_BOX.includes(answer?.refused ?? '') ? [`${key}:${answer!.refused}`] : ['failed']
}

const OF_BOX: readonly string[] = ['country-not-served', 'minor']

function yes(
  pressed: Pressed,
  { id: program }: Program,
  address: string,
  ofAge: boolean,
  act: string,
): SentOptIn | undefined {
  const { form, opened, language } = pressed
  const made = actId(pressed, act, program, address)
  const [configuration, text] = [form.get('configuration'), form.get('text')]
  if (!made || configuration === null || text === null) return undefined
  return {
    ...made,
    program,
    channel: opened.claim.channel,
    address,
    configuration,
    text,
    language,
    method: 'preferences',
    ...(ofAge && { ofAge: true }),
  }
}

async function append(
  { c, ledger, refusals }: Pressed,
  optIns: readonly SentOptIn[],
  mustConfirm = false,
): Promise<OptInAnswer[]> {
  const { key, configuration } = c.get('site')
  const answers = await sentTwiceIsOnce(() =>
    appendOptIns(ledger, key, optIns, configuration, senderOf(c), { mustConfirm }),
  )
  refusals(key, answers)
  return answers
}

/**
 * The old address is opted out, and what it became is sealed there. The new one inherits nothing: what is ticked for it is asked
 * for anew, and waits until it answers for itself, whatever the program asks of others.
 */
export async function move(pressed: Pressed): Promise<string[]> {
  const { c, ledger, form, opened } = pressed
  const { key: site, configuration } = c.get('site')
  const { subject, channel } = opened.claim
  const given = form.get('new-address')?.trim()
  if (!given) return ['new:empty']
  const found = inAnyHome(channel, given, configuration.programs)
  if ('detail' in found) return ['new:invalid-address']
  const blind = ledger.blindIndex.blindOf(site, channel, found.address)
  const own = ledger.store.snapshot(() => ledger.store.addressOfSubject(site, subject))
  if (own && Buffer.compare(blind, own) === 0) return ['new:same-address']

  const act = actId(pressed, 'move')
  const wanted = configuration.programs.filter(({ id }) => form.get(`move.${id}`) === 'yes')
  const optIns = wanted.map(program =>
    yes(pressed, program, found.address, form.get(`move-of-age.${program.id}`) === 'yes', 'move'),
  )
  if (!act || optIns.includes(undefined)) return ['failed']
  const stopped = await stopSubject(ledger, site, {
    ...act,
    subject,
    channel,
    method: 'preferences',
    became: found.address,
  })
  if ('refused' in stopped) return ['failed']
  const answers = await append(pressed, optIns as SentOptIn[], true)
  const isAsked = answers.some(answer => 'index' in answer)
  const refused = answers.find(answer => 'refused' in answer)
  return [
    'done',
    'moved',
    ...(isAsked ? ['moved:asked'] : []),
    ...(refused && 'refused' in refused
      ? ['moved-open', OF_NEW.includes(refused.refused) ? `new:${refused.refused}` : 'failed']
      : []),
  ]
}

const OF_NEW: readonly string[] = ['country-not-served', 'minor', 'invalid-address']

/** Also without a link, and of an address nobody ever named: the answer is the same. */
export async function stopOther(
  pressed: Omit<Pressed, 'opened'> & { readonly opened?: OpenedLink },
): Promise<string[]> {
  const { c, ledger, refusals, form } = pressed
  const address = form.get('other-address')?.trim()
  if (!address) return ['other:empty', 'other-open']
  const channel = channelOf(address)
  const act = actId(pressed, 'other', channel, address)
  if (!act) return ['failed']
  const { key, configuration } = c.get('site')
  const found = findAddress(ledger, key, { channel, given: address }, configuration)
  const subject = 'detail' in found ? undefined : found.subject
  const id = idOfNo(ledger, key, act.id, { subject, channel })
  const answers = await sentTwiceIsOnce(() => {
    const decidedAt = decidedAtOf(ledger, key, id)
    const no = { id, decidedAt, channel, address, method: 'preferences' } as const
    return appendOptOuts(ledger, key, [no], configuration)
  })
  refusals(key, answers)
  const [answer] = answers
  if (answer && 'index' in answer) return ['done', 'other']
  return answer?.refused === 'invalid-address' ? ['other:invalid-address', 'other-open'] : ['failed']
}

/**
 * Sends the link to an address's own page there, if anybody is known by it. The answer is the same in every case: neither who
 * is known shows in it, nor who may be written to.
 */
export async function askForLink(
  pressed: Omit<Pressed, 'opened'>,
  messages: MessageStore,
  sends: (channel: Channel) => boolean,
): Promise<string[]> {
  const { c, ledger, form, language } = pressed
  const address = form.get('link-address')?.trim()
  if (!address) return ['link:empty']
  const channel = channelOf(address)
  const act = actId(pressed, 'link', channel, address)
  if (!act) return ['failed']
  const { key, configuration } = c.get('site')
  const found = inAnyHome(channel, address, configuration.programs)
  if ('detail' in found) return ['link:invalid-address']
  const blind = ledger.blindIndex.blindOf(key, channel, found.address)
  const subject = ledger.store.snapshot(() => ledger.store.subjectOfAddress(key, blind))
  const network = networkOf(c.get('addressPrefix'))
  if (subject !== undefined && sends(channel))
    queuePreferencesLink({ ledger, messages }, key, {
      id: act.id,
      subject,
      channel,
      to: found.address,
      language,
      controller: configuration.controller,
      ...(network !== undefined && { network }),
    })
  return ['done', 'sent']
}

/** A number has no @, and a mailbox is none without. */
export const channelOf = (address: string): Channel => (address.includes('@') ? 'email' : 'sms')
