import type { Program, Purpose, Service } from '../domain/site.ts'
import { each, isObject, looseSite, type Fault, type Loose, type LooseSite } from './loose-site.ts'
import { signalPurposes } from './signal-purposes.ts'
import { programFaults } from './site-programs.ts'
import { themeFaults } from './site-theme.ts'

/** What would mislead the visitor is no configuration: bases, kinds, services, signals, programs and words must fit. */
export function honestyFaults(input: unknown): Fault[] {
  const site = looseSite(input)
  return [
    ...purposes(site),
    ...services(site),
    ...keptNames(site),
    ...signals(site),
    ...programs(site),
    ...programFaults(site),
    ...bannerWords(site),
    ...strictestDefault(site),
    ...themeFaults(site),
  ]
}

function purposes(site: LooseSite): Fault[] {
  const list = each<Loose<Purpose>>(site.purposes, 'purposes')
  const faults = list.flatMap(({ item, at }) => {
    const necessary = item.kind === 'necessary'
    if (necessary !== (item.basis === 'strictly-necessary') && item.basis !== undefined)
      return [
        {
          path: `${at}.basis`,
          message: necessary
            ? 'must be "strictly-necessary": nobody is asked about a necessary purpose'
            : 'only a purpose of kind "necessary" is strictly necessary; this one needs "consent"',
        },
      ]
    if (!necessary && item.kind !== 'messages' && item.basis !== undefined && item.basis !== 'consent')
      return [
        {
          path: `${at}.basis`,
          message:
            'must be "consent": storing or reading on a device that is not strictly necessary rests on nothing else (ePrivacy Directive Art. 5(3))',
        },
      ]
    return []
  })
  if (list.length > 0 && !list.some(({ item }) => item.kind === 'necessary'))
    faults.push({
      path: 'purposes',
      message: 'needs one of kind "necessary": the memory of the choice itself belongs there',
    })
  return faults
}

function services(site: LooseSite): Fault[] {
  const kinds = new Map(each<Loose<Purpose>>(site.purposes, '').map(p => [p.item.id, p.item]))
  return each<Loose<Service>>(site.services, 'services').flatMap(({ item, at }) => {
    const purpose = kinds.get(item.purpose)
    const faults: Fault[] = []
    if (item.use === 'advertising' && purpose && purpose.kind !== 'marketing')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is of kind "${purpose.kind}": an advertising service belongs to a marketing purpose, or people agree to something else than they read`,
      })
    if (item.use === 'advertising' && purpose?.kind === 'marketing' && purpose.gpc !== true)
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" advertises, so it needs "gpc": true: Global Privacy Control must be able to keep it off`,
      })
    if (purpose?.kind === 'messages')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is about messages: what a service keeps in the browser needs a purpose of its own`,
      })
    if (purpose?.kind === 'necessary' && item.use !== undefined && item.use !== 'operation')
      faults.push({
        path: `${at}.use`,
        message: `"${item.use}" is not necessary: nobody is asked about "${item.purpose}", so only services of use "operation" belong there`,
      })
    if (item.approval?.state === 'approved' && (!item.approval.by || !item.approval.on))
      faults.push({
        path: `${at}.approval`,
        message: 'an approved service says by whom ("by") and when ("on")',
      })
    return faults
  })
}

/** A withdrawal removes what services keep; it must never remove, or be able to forge, what remembers the withdrawal. */
function keptNames(site: LooseSite): Fault[] {
  const necessary = new Set(
    each<Loose<Purpose>>(site.purposes, '')
      .filter(p => p.item.kind === 'necessary')
      .map(p => p.item.id),
  )
  return each<Loose<Service>>(site.services, 'services')
    .filter(({ item }) => !necessary.has(item.purpose))
    .flatMap(({ item, at }) =>
      each(item.cookies, `${at}.cookies`).flatMap(({ item: cookie, at: where }) =>
        typeof cookie.name === 'string' && reachesOurs(cookie.name)
          ? [
              {
                path: `${where}.name`,
                message: 'reaches names that begin with "assent_", which remember the choice: be more exact',
              },
            ]
          : [],
      ),
    )
}

function reachesOurs(name: string): boolean {
  const stem = name.replace(/\*$/, '')
  return stem.startsWith('assent_') || (name.endsWith('*') && 'assent_'.startsWith(stem))
}

/** A signal may be granted only by a purpose people are asked about, and advertising only by one that advertises. */
function signals(site: LooseSite): Fault[] {
  const purposes = new Map(each<Loose<Purpose>>(site.purposes, '').map(p => [p.item.id, p.item]))
  return signalPurposes(site).flatMap(({ path, id, means }) => {
    const purpose = purposes.get(id)
    if (!purpose) return []
    if (means === 'advertising')
      return purpose.kind === 'marketing' && purpose.gpc === true
        ? []
        : [
            {
              path,
              message: `"${id}" must be of kind "marketing" and have "gpc": true, for this signal advertises`,
            },
          ]
    const asks = purpose.kind !== 'necessary' && purpose.kind !== 'messages'
    if (asks || (means === 'anything' && purpose.kind !== 'messages')) return []
    return [
      { path, message: `"${id}" ${NEVER_ASKED[purpose.kind === 'messages' ? 'messages' : 'necessary']}` },
    ]
  })
}

const NEVER_ASKED = {
  messages: 'is about messages: agreeing to them says nothing about what runs on a page',
  necessary: 'is never asked about on the page: only what is necessary anyway may go without',
}

/** Messages of these need no yes, so no marketing goes out under them. */
const SERVICE_BASES: readonly string[] = ['contract', 'legal-obligation', 'legitimate-interests']

function programs(site: LooseSite): Fault[] {
  const purposes = new Map(each<Loose<Purpose>>(site.purposes, '').map(({ item }) => [item.id, item]))
  let offers = 0
  return each<Loose<Program>>(site.programs, 'programs').flatMap(({ item, at }) => {
    const faults: Fault[] = []
    const { kind, basis } = purposes.get(item.purpose) ?? {}
    if (kind !== undefined && kind !== 'messages')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is of kind "${kind}": agreeing to cookies is not agreeing to messages, so a program needs a purpose of kind "messages"`,
      })
    const isService = item.class === 'service'
    if (kind === 'messages' && basis !== undefined && !isService && basis !== 'consent')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" rests on "${basis}": who signs up agrees, so the purpose of a program rests on "consent"`,
      })
    if (kind === 'messages' && isService && basis !== undefined && !SERVICE_BASES.includes(basis))
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" rests on "${basis}": a "service" program is about what somebody has already, so its purpose rests on ${SERVICE_BASES.map(each => `"${each}"`).join(' or ')}`,
      })
    const seen = new Set<string>()
    for (const { item: disclosure, at: where } of each(item.disclosures, `${at}.disclosures`)) {
      if (typeof disclosure.channel !== 'string') continue
      if (seen.has(disclosure.channel))
        faults.push({
          path: `${where}.channel`,
          message: `"${disclosure.channel}" has its words already: one box, one text`,
        })
      seen.add(disclosure.channel)
    }
    const countries: readonly unknown[] = Array.isArray(item.countries) ? item.countries : []
    countries.forEach((code, i) => {
      if (countries.indexOf(code) < i)
        faults.push({ path: `${at}.countries[${i}]`, message: `"${String(code)}" is named twice` })
    })
    if (item.offer !== undefined && offers++ > 0)
      faults.push({
        path: `${at}.offer`,
        message: 'another program offers itself already: two banners at once are one too many',
      })
    if (item.offer !== undefined && item.open === false)
      faults.push({
        path: `${at}.offer`,
        message: 'offers what is closed: open the program, or remove the offer',
      })
    if (Array.isArray(item.disclosures) && item.disclosures.length === 0)
      faults.push({ path: `${at}.disclosures`, message: 'needs the exact words of at least one channel' })
    return faults
  })
}

/** Visitors' own refusal tools find a banner by its words, and people should too. */
const SPEAKS_OF_COOKIES: Record<string, RegExp> = { en: /cookie/i, de: /cookie/i, ar: /كوكيز|تعريف الارتباط/ }

function bannerWords(site: LooseSite): Fault[] {
  const own = site.banner?.text
  return Object.entries(isObject(own) ? own : {}).flatMap(([tag, words]) =>
    typeof words === 'string' && Object.hasOwn(SPEAKS_OF_COOKIES, tag) && !SPEAKS_OF_COOKIES[tag]!.test(words)
      ? [{ path: `banner.text.${tag}`, message: 'must name cookies in plain words' }]
      : [],
  )
}

function strictestDefault(site: LooseSite): Fault[] {
  const regime = site.regimes?.default
  return regime === undefined || regime === 'opt-in'
    ? []
    : [
        {
          path: 'regimes.default',
          message: 'must be "opt-in": a visitor whose region is unknown gets the strictest rules',
        },
      ]
}
