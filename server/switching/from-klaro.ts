import type { Found, FoundCookie, FoundPurpose, FoundService, Notes, Texts } from './found.ts'
import { kindOf, STRICTEST } from './kinds.ts'
import { daysOf, record, records, words } from './loose.ts'
import { cookiesNamed, idFor } from './names.ts'
import type { Config, ReadConfig } from './read-file.ts'
import { isRecord } from './value-of.ts'

/** A configuration of Klaro 0.7, as its documentation describes it: every service has a switch of its own there. */
export function fromKlaro({ config }: ReadConfig, notes: Notes): Found {
  const translations = Object.fromEntries(
    Object.entries(record(config['translations'])).filter(([tag, texts]) => tag !== 'zz' && isRecord(texts)),
  ) as Readonly<Record<string, Config>>
  const fallback = record(record(config['translations'])['zz'])
  const first = words(config['lang'])
  const textsAt = (...path: readonly string[]): Texts =>
    Object.fromEntries(
      Object.entries(translations).flatMap(([tag, texts]) => {
        const read = (from: Config): string | undefined =>
          words(path.reduce<unknown>((at, step) => record(at)[step], from))
        const text = read(texts) ?? read(fallback)
        return text === undefined ? [] : [[tag, text] as const]
      }),
    )
  const theirs = records(config['services'] ?? config['apps']).filter(({ name }) => words(name) !== undefined)
  const purposes = purposesOf(theirs, textsAt, notes)
  const services = servicesOf(theirs, purposes, textsAt, notes)
  tellRest(config, theirs, notes)

  const storage = words(config['storageName']) ?? words(config['cookieName'])
  // What was on beforehand nobody has said yes to (CJEU C-673/17).
  const asked = services.filter(
    ({ purpose, wasOn }) => purpose.kind !== 'necessary' && !wasOn && config['default'] !== true,
  )
  const days = config['cookieExpiresAfterDays'] ?? 120
  return {
    from: 'klaro',
    languages: [...new Set([...(first === undefined ? [] : [first]), ...Object.keys(translations)])],
    title: textsAt('consentNotice', 'title'),
    text: textsAt('consentNotice', 'description'),
    purposes: purposes.map(({ purpose }) => purpose),
    services: services.map(({ service }) => service),
    signals: {},
    takeOver: {
      tool: 'klaro',
      ...(storage !== undefined && { name: storage }),
      map: Object.fromEntries(asked.map(({ name, purpose }) => [name, purpose.id])),
    },
    aliases: Object.fromEntries(services.map(({ name, service }) => [name, service.id])),
    expiresAfterDays: daysOf(days, 'cookieExpiresAfterDays', notes.changed),
    domain: words(config['cookieDomain'])?.replace(/^\./, ''),
    appearance: appearanceOf(config),
    policy: policyOf(config, translations),
  }
}

type TextsAt = (...path: readonly string[]) => Texts

interface NamedPurpose {
  /** As they call it. */
  readonly name: string
  readonly purpose: FoundPurpose
}

const purposesIn = (service: Config): string[] =>
  Array.isArray(service['purposes'])
    ? service['purposes'].filter((one): one is string => words(one) !== undefined)
    : []

function purposesOf(services: readonly Config[], textsAt: TextsAt, notes: Notes): NamedPurpose[] {
  const taken = new Set<string>()
  const names = [...new Set(services.flatMap(purposesIn))]
  if (services.some(service => purposesIn(service).length === 0)) names.push('other')
  return names.map(name => {
    const of = services.filter(service => purposesIn(service).includes(name))
    const guessed = kindOf(name)
    const isRequired = of.length > 0 && of.every(({ required }) => required === true)
    const kind = guessed ?? (isRequired ? 'necessary' : 'marketing')
    const id = idFor(name, taken)
    taken.add(id)
    if (guessed === undefined && kind === 'marketing')
      notes.todo.push(
        `purposes "${id}": its name tells no kind, so it is asked as marketing: correct it if it is less`,
      )
    return {
      name,
      purpose: {
        id,
        kind,
        name: { ...textsAt('purposes', name), ...textsAt('purposes', name, 'title') },
        description: textsAt('purposes', name, 'description'),
      },
    }
  })
}

interface NamedService {
  /** As they call it. */
  readonly name: string
  readonly purpose: FoundPurpose
  readonly wasOn: boolean
  readonly service: FoundService
}

function servicesOf(
  theirs: readonly Config[],
  purposes: readonly NamedPurpose[],
  textsAt: TextsAt,
  notes: Notes,
): NamedService[] {
  const taken = new Set(purposes.map(({ purpose }) => purpose.id))
  return theirs.map(service => {
    const name = String(service['name'])
    const where = `services.${name}`
    const named = purposesIn(service)
    const of = purposes.filter(purpose => (named.length === 0 ? ['other'] : named).includes(purpose.name))
    const [purpose] = of
      .map(({ purpose }) => purpose)
      .toSorted((a, b) => STRICTEST.indexOf(a.kind) - STRICTEST.indexOf(b.kind))
    const id = idFor(name, taken)
    taken.add(id)
    if (of.length > 1)
      notes.changed.push(
        `${where}: it served ${named.join(' and ')}; a service serves one purpose here, the strictest of them: "${purpose!.id}"`,
      )
    if (service['required'] !== true && purpose!.kind === 'necessary')
      notes.changed.push(
        `${where}: it could be refused; its purpose "${purpose!.id}" is necessary, so nobody is asked`,
      )
    const wasOn = [service['default'], service['optOut'], service['required']].includes(true)
    if (wasOn && purpose!.kind !== 'necessary')
      notes.changed.push(
        `${where}: it was on beforehand; nothing is here, and since a yes there may be none, it is asked about again`,
      )
    for (const what of ['callback', 'onAccept', 'onInit', 'onDecline'])
      if (service[what] !== undefined)
        notes.unknown.push(
          `${where}.${what}: a program of yours, which was not run; mark what it starts with data-consent="${purpose!.id}", or call it from assent.onChange`,
        )
    const title = Object.values(textsAt(name, 'title'))[0] ?? words(service['title']) ?? name
    return {
      name,
      purpose: purpose!,
      wasOn,
      service: {
        id,
        name: title,
        purpose: purpose!.id,
        cookies: cookiesOf(service['cookies'], where, notes),
      },
    }
  })
}

/** A name, a pattern, `[pattern, path, domain]`, or the same as an object. */
function cookiesOf(value: unknown, where: string, notes: Notes): FoundCookie[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).flatMap(entry => {
    const { pattern: given, path: at, domain: of } = record(entry)
    const [pattern, path, domain] = Array.isArray(entry)
      ? (entry as unknown[])
      : isRecord(entry)
        ? [given, at, of]
        : [entry]
    const name = typeof pattern === 'string' && pattern.startsWith('^') ? new RegExp(pattern) : pattern
    return cookiesNamed({ name, domain, path }, `${where}.cookies`, notes)
  })
}

function appearanceOf(config: Config): Found['appearance'] {
  const theme = record(config['styling'])['theme']
  const themes = Array.isArray(theme) ? (theme as unknown[]) : [theme]
  return {
    ...(themes.includes('light') && { scheme: 'light' }),
    ...(themes.includes('wide') && { position: 'bottom' }),
    ...(themes.includes('left') && { position: 'bottom-start' }),
  }
}

function policyOf(config: Config, translations: Readonly<Record<string, Config>>): string | undefined {
  const given = config['privacyPolicy']
  return (
    words(given) ??
    words(record(given)['default']) ??
    Object.values(translations)
      .map(texts => words(texts['privacyPolicyUrl']))
      .find(url => url !== undefined)
  )
}

function tellRest(config: Config, services: readonly Config[], notes: Notes): void {
  if (config['mustConsent'] === true || config['noticeAsModal'] === true)
    notes.changed.push('mustConsent, noticeAsModal: the page stays usable while the banner stands there')
  if (config['hideDeclineAll'] === true)
    notes.changed.push('hideDeclineAll: refusing is one click here, beside accepting')
  if (config['acceptAll'] === false)
    notes.changed.push('acceptAll: accepting and refusing are both one click, and drawn alike')
  if (config['default'] === true)
    notes.changed.push(
      'default: everything was on beforehand; nothing is here, and it is all asked about again',
    )
  if (words(config['apiName']) !== undefined || config['callback'] !== undefined)
    notes.unknown.push('callback, apiName: programs and servers of yours; assent.onChange takes their place')
  if (services.some(({ contextualConsentOnly }) => contextualConsentOnly === true))
    notes.changed.push(
      'contextualConsentOnly: an embed asks in its place, and the settings ask for its purpose',
    )
}
