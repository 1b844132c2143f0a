import type { Context, Handler } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import type { MessageStore } from '../messages/store.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { TrustedProxies } from '../middleware/proxies.ts'
import { limitedNow, overLimit, type Limits } from '../middleware/rate-limit.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import type { Providers } from '../../shared/schemas/providers.ts'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'
import type { LinkTokens } from '../subjects/link-token.ts'
import { idFor, saidOf, type FormAgain, type Passing } from './form-again.ts'
import { noSuchPage, pageOf, type FormPage } from './form-page.ts'
import { openLink, type OpenedLink } from './links.ts'
import { askForLink, move, start, stop, stopOther, type Pressed } from './preferences-acts.ts'
import { answerPreferences } from './preferences-view.ts'

export interface PreferencesDeps {
  readonly ledger: Ledger
  readonly links: LinkTokens
  readonly messages: MessageStore
  /** By what each site sends. */
  readonly providers: Providers
}

export interface PreferencesWrites extends PreferencesDeps {
  readonly limits: Limits
  readonly proxies: TrustedProxies
  readonly refusals: NoteRefusals
}

const NAME = 'preferences'

/** What is kept of a page's own facts between pressing a button and reading the answer. */
const NONE = new URLSearchParams()

/** The page for whoever holds a link; opening it stores nothing, whoever opens it and however often. */
export const showPreferences =
  (deps: PreferencesDeps): Handler<AppEnv> =>
  c =>
    show(c, deps, NONE, tokenIn(c), [])

/** Of the link that was opened. */
export const tokenIn = (c: Context<AppEnv>): string | undefined =>
  /\/u\.([\w-]+)$/.exec(c.req.path)?.[1] ?? c.req.query('token')

/** The form as it was, with what keeps it from being taken. */
export const preferencesAgain =
  (deps: PreferencesDeps): FormAgain =>
  (c, form, passing) =>
    show(c, deps, form, form.get('token'), [passing.fact], passing)

export const receivePreferences =
  (deps: PreferencesWrites): Handler<AppEnv> =>
  async c => {
    const body = await readForm(c)
    return 'refusal' in body ? body.refusal : answerPressed(c, deps, body.form)
  }

/** What a button of the page says, and the page as things are then. */
export async function answerPressed(
  c: Context<AppEnv>,
  deps: PreferencesWrites,
  form: URLSearchParams,
): Promise<Response> {
  const token = form.get('token')
  const page = pageOf(c, deps.ledger, c.get('site'), NAME)
  if (!page) return noSuchPage(c)
  const opened = openLink(c, deps.ledger, deps.links, token)
  const over = limitOf(c, deps, form, opened)
  if (over) return over
  return show(c, deps, form, token, await act(c, deps, form, page, opened))
}

/** What was read is what is agreed to: the language of the page, as its address names it. */
async function act(
  c: Context<AppEnv>,
  deps: PreferencesWrites,
  form: URLSearchParams,
  { language }: FormPage,
  opened: OpenedLink | undefined,
): Promise<string[]> {
  const common = { c, ledger: deps.ledger, refusals: deps.refusals, form, language }
  if (form.has('other')) return stopOther({ ...common, ...(opened && { opened }) })
  if (form.has('link')) return askForLink(common, deps.messages, sendsFor(c, deps))
  if (!opened) return []
  const pressed: Pressed = { ...common, opened }
  const program = form.get('stop')
  if (program !== null) return stop(pressed, program)
  // A link that only stops is handed on with every message that is forwarded.
  if (opened.audience !== 'preferences') return ['failed']
  if (form.has('start')) return start(pressed, form.get('start')!)
  if (form.has('move')) return withOpen(await move(pressed))
  return ['failed']
}

const sendsFor =
  (c: Context<AppEnv>, { providers }: PreferencesDeps) =>
  (channel: Channel): boolean =>
    providers[c.get('site').key]?.[channel] !== undefined

const withOpen = (facts: readonly string[]): string[] =>
  facts.some(fact => fact.startsWith('new:')) ? [...facts, 'moved-open'] : [...facts]

/**
 * A no by a link is never asked to wait, however much comes from its network: only one that ends nothing any more is. All else is
 * limited as every form is.
 */
function limitOf(
  c: Context<AppEnv>,
  { limits, proxies }: PreferencesWrites,
  form: URLSearchParams,
  opened: OpenedLink | undefined,
): Response | undefined {
  if (opened && endsSomething(opened, form.get('stop'))) return undefined
  const entries = [...form.keys()].filter(name => name.startsWith('move.')).length + 1
  return limitedNow(c, limits, proxies) ?? overLimit(c, limits, entries)
}

const endsSomething = ({ preferences }: OpenedLink, stop: string | null): boolean =>
  stop === '*'
    ? !preferences.isStopped
    : preferences.programs.some(
        ({ program, state }) => program.id === stop && (state === 'on' || state === 'waits'),
      )

const MOST_MESSAGES = 50

/** Opened anew: what was just stored shows. */
function show(
  c: Context<AppEnv>,
  deps: PreferencesDeps,
  form: URLSearchParams,
  token: string | null | undefined,
  facts: readonly string[],
  passing?: Passing,
): Response {
  const { ledger, links, messages } = deps
  const page = pageOf(c, ledger, c.get('site'), NAME)
  if (!page) return noSuchPage(c)
  const opened = openLink(c, ledger, links, token)
  const asks = !opened && CHANNELS.some(sendsFor(c, deps))
  const isGone = Boolean(token) && !opened
  const faulty = facts.some(fact => fact.includes(':') && !facts.includes('done'))
  return answerPreferences(
    c,
    page,
    {
      opened,
      ...(opened?.audience === 'preferences' && {
        messages: messages
          .ofSubject(c.get('site').key, opened.claim.subject)
          .filter(({ state }) => state !== 'failed')
          .slice(-MOST_MESSAGES)
          .toReversed(),
      }),
      facts: [
        ...facts,
        ...(isGone ? ['gone'] : []),
        ...(opened || asks ? [] : ['other-open']),
        ...(asks ? ['asks'] : []),
      ],
      values: {
        id: idFor(form.get('id'), passing, ledger.now()),
        ...Object.fromEntries(ADDRESSES.map(name => [name, faulty || passing ? (form.get(name) ?? '') : ''])),
      },
      said: saidOf(passing, page.language),
    },
    { ...(isGone && facts.length === 0 && { status: 404 as const }), ...passing },
  )
}

const ADDRESSES = ['new-address', 'other-address', 'link-address']
