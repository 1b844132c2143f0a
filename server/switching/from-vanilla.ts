import { CONSENT_MODE_SIGNALS, type ConsentModeSignal } from '../../shared/domain/signals.ts'
import type { Found, FoundCookie, FoundPurpose, FoundService, Notes, Texts } from './found.ts'
import { kindOf } from './kinds.ts'
import { knownFor } from './known.ts'
import { cookieNames, cookiesNamed, idFor } from './names.ts'
import type { Config, ReadConfig } from './read-file.ts'
import { daysOf, record, records, words } from './loose.ts'
import { isRecord, Unread } from './value-of.ts'

/** A configuration of vanilla-cookieconsent 3, as its documentation describes it. */
export function fromVanilla({ config, lineOf }: ReadConfig, notes: Notes): Found {
  const language = record(config['language'])
  const translations = translationsOf(language, notes)
  const first = words(language['default'])
  const languages = [
    ...new Set([...(first === undefined ? [] : [first]), ...Object.keys(translations)]),
  ].filter(tag => tag in translations)
  const textsAt = (part: string, field: string): Texts =>
    Object.fromEntries(
      Object.entries(translations).flatMap(([tag, translation]) => {
        const text = words(record(translation[part])[field])
        return text === undefined ? [] : [[tag, text] as const]
      }),
    )
  const categories = categoriesOf(config, translations, notes)
  const { services, signals } = servicesOf(config, categories, translations, notes)
  tellRest(config, translations, notes, lineOf)

  const cookie = record(config['cookie'])
  const name = words(cookie['name'])
  const revision = typeof config['revision'] === 'number' ? config['revision'] : 0
  const isOptOut = config['mode'] === 'opt-out'
  // What was on beforehand nobody has said yes to (CJEU C-673/17).
  const asked = categories.filter(
    ({ purpose, wasTicked }) => purpose.kind !== 'necessary' && !wasTicked && !isOptOut,
  )
  const domain = words(cookie['domain'])?.replace(/^\./, '')
  return {
    from: 'vanilla-cookieconsent',
    languages,
    title: textsAt('consentModal', 'title'),
    text: textsAt('consentModal', 'description'),
    purposes: categories.map(({ purpose }) => purpose),
    services: services.map(({ service }) => service),
    signals,
    takeOver: {
      tool: 'vanilla-cookieconsent',
      ...(name !== undefined && { name }),
      map: Object.fromEntries([
        ...asked.map(({ name, purpose }) => [name, purpose.id]),
        // Whoever refused one service of a category did not grant all of it.
        ...asked.flatMap(({ name, purpose }) =>
          Object.keys(record(record(record(config['categories'])[name])['services'])).map(service => [
            service,
            purpose.id,
          ]),
        ),
      ]) as Readonly<Record<string, string>>,
      ...(revision !== 0 && { revision }),
    },
    aliases: Object.fromEntries([
      ...categories.map(({ name, purpose }) => [name, purpose.id]),
      ...services.flatMap(({ name, service }) => (name === undefined ? [] : [[name, service.id]])),
    ]) as Readonly<Record<string, string>>,
    expiresAfterDays: daysOf(cookie['expiresAfterDays'], 'cookie.expiresAfterDays', notes.changed),
    domain,
    appearance: appearanceOf(record(record(config['guiOptions'])['consentModal']), notes),
    policy: undefined,
  }
}

type Translations = Readonly<Record<string, Config>>

function translationsOf(language: Config, notes: Notes): Translations {
  return Object.fromEntries(
    Object.entries(record(language['translations'])).flatMap(([tag, translation]) => {
      if (isRecord(translation)) return [[tag, translation] as const]
      notes.unknown.push(
        `language.translations.${tag}: ${typeof translation === 'string' ? `the texts are in ${translation}` : 'the texts are fetched by a program'}; put them into the file, and migrate again`,
      )
      return []
    }),
  )
}

interface Category {
  /** As they call it. */
  readonly name: string
  readonly purpose: FoundPurpose
  readonly wasTicked: boolean
}

function categoriesOf(config: Config, translations: Translations, notes: Notes): Category[] {
  const taken = new Set<string>()
  return Object.entries(record(config['categories'])).map(([name, value]) => {
    const { readOnly, enabled } = record(value)
    const guessed = kindOf(name)
    const isNecessary = guessed === 'necessary' || (readOnly === true && guessed === undefined)
    const kind = isNecessary ? 'necessary' : (guessed ?? 'marketing')
    const id = idFor(name, taken)
    taken.add(id)
    if (readOnly === true && !isNecessary)
      notes.changed.push(
        `categories.${name}: it was always on; by its name it is ${kind}, so visitors are asked (make its kind "necessary" if it is)`,
      )
    if (readOnly !== true && isNecessary)
      notes.changed.push(
        `categories.${name}: it could be refused; by its name it is necessary, so nobody is asked`,
      )
    if (enabled === true && readOnly !== true)
      notes.changed.push(
        `categories.${name}: it was ticked beforehand; nothing is here, and since a yes there may be none, it is asked about again`,
      )
    if (guessed === undefined && !isNecessary)
      notes.todo.push(
        `purposes "${id}": its name tells no kind, so it is asked as marketing: correct it if it is less`,
      )
    const field = (which: 'title' | 'description'): Texts =>
      Object.fromEntries(
        Object.entries(translations).flatMap(([tag, translation]) => {
          const section = records(record(translation['preferencesModal'])['sections']).find(
            ({ linkedCategory }) => linkedCategory === name,
          )
          const text = words(section?.[which])
          return text === undefined ? [] : [[tag, text] as const]
        }),
      )
    return {
      name,
      wasTicked: enabled === true,
      purpose: { id, kind, name: field('title'), description: field('description') },
    }
  })
}

interface NamedService {
  /** As they call it; absent of what stood at the category itself. */
  readonly name?: string
  readonly service: FoundService
}

function servicesOf(
  config: Config,
  categories: readonly Category[],
  translations: Translations,
  notes: Notes,
): { services: NamedService[]; signals: Partial<Record<ConsentModeSignal, string>> } {
  const services: NamedService[] = []
  const signals: Partial<Record<ConsentModeSignal, string>> = {}
  const taken = new Set(categories.map(({ purpose }) => purpose.id))
  for (const { name: category, purpose } of categories) {
    const { services: theirs, autoClear } = record(record(config['categories'])[category])
    for (const [name, value] of Object.entries(record(theirs))) {
      // Their own example has Consent Mode's signals as services.
      const signal = CONSENT_MODE_SIGNALS.find(each => each === name)
      if (signal) {
        signals[signal] = purpose.id
        continue
      }
      const { label, cookies, onAccept, onReject } = record(value)
      const id = idFor(name, taken)
      taken.add(id)
      for (const [what, given] of [
        ['onAccept', onAccept],
        ['onReject', onReject],
      ] as const)
        if (given !== undefined)
          notes.unknown.push(
            `categories.${category}.services.${name}.${what}: a program of yours; mark what it starts with data-consent="${purpose.id}", or call it from assent.onChange`,
          )
      const found = cookiesOf(cookies, `categories.${category}.services.${name}`, notes)
      services.push({
        name,
        service: { id, name: words(label) ?? name, purpose: purpose.id, cookies: found },
      })
    }
    const { cookies, reloadPage } = record(autoClear)
    const cleared = cookiesOf(cookies, `categories.${category}.autoClear`, notes)
    const cookiesNamed = [...cleared, ...inTables(category, translations, cleared)]
    for (const { name, cookies } of sharedOut(cookiesNamed, category)) {
      const at = services.findIndex(
        ({ service }) => service.purpose === purpose.id && knownFor(service)?.name === name,
      )
      const there = services[at]
      if (there) {
        const service = { ...there.service, cookies: [...there.service.cookies, ...cookies] }
        services[at] = { ...there, service }
        continue
      }
      const id = idFor(name === category ? `${purpose.id}-cookies` : name, taken)
      taken.add(id)
      services.push({ service: { id, name, purpose: purpose.id, cookies } })
    }
    if (reloadPage === true)
      notes.changed.push(
        `categories.${category}.autoClear.reloadPage: what has run is undone by a reload where it must be`,
      )
  }
  return { services, signals }
}

/** Cookies that stand at a category, by the service that is known to keep them; the rest is the category's. */
function sharedOut(
  cookies: readonly FoundCookie[],
  category: string,
): Pick<FoundService, 'name' | 'cookies'>[] {
  const nameOf = (cookie: FoundCookie): string =>
    knownFor({ id: '', name: '', purpose: '', cookies: [cookie] })?.name ?? category
  return [...new Set(cookies.map(nameOf))].map(name => ({
    name,
    cookies: cookies.filter(cookie => nameOf(cookie) === name),
  }))
}

function cookiesOf(value: unknown, where: string, notes: Notes): FoundCookie[] {
  return records(value).flatMap(cookie => cookiesNamed(cookie, where, notes))
}

/** The cookie tables beside the switches: names, with words about each. */
function inTables(
  category: string,
  translations: Translations,
  known: readonly FoundCookie[],
): FoundCookie[] {
  const found = new Map<string, Record<string, string>>()
  for (const [tag, translation] of Object.entries(translations))
    for (const section of records(record(translation['preferencesModal'])['sections'])) {
      if (section['linkedCategory'] !== category) continue
      for (const row of records(record(section['cookieTable'])['body'])) {
        const name = words(row['name']) ?? words(row['cookie'])
        const names = cookieNames(name?.trim())
        if (!names?.[0]) continue
        const texts = found.get(names[0]) ?? {}
        const text = words(row['description']) ?? words(row['desc']) ?? words(row['purpose'])
        if (text !== undefined) texts[tag] = text
        found.set(names[0], texts)
      }
    }
  return [...found].flatMap(([name, description]) =>
    known.some(cookie => cookie.name === name) ? [] : [{ name, description }],
  )
}

function appearanceOf(modal: Config, notes: Notes): Found['appearance'] {
  if (modal['equalWeightButtons'] === false)
    notes.changed.push('guiOptions: the buttons had unequal weight; accepting and refusing are drawn alike')
  const [layout = ''] = (words(modal['layout']) ?? '').split(' ')
  const place = words(modal['position']) ?? ''
  if (place === '' && layout === '') return {}
  if (/top|middle/.test(place))
    notes.changed.push(
      `guiOptions.consentModal.position: "${place}" became the bottom, where it covers least`,
    )
  if (layout === 'bar') return { position: 'bottom' }
  return {
    position: place.includes('left') ? 'bottom-start' : place.includes('right') ? 'bottom-end' : 'bottom',
  }
}

function tellRest(
  config: Config,
  translations: Translations,
  notes: Notes,
  lineOf: ReadConfig['lineOf'],
): void {
  for (const [tag, { consentModal }] of Object.entries(translations))
    if (words(record(consentModal)['acceptNecessaryBtn']) === undefined)
      notes.changed.push(
        `language.translations.${tag}.consentModal: it had no button to refuse; refusing is one click here, beside accepting`,
      )
  if (config['mode'] === 'opt-out')
    notes.changed.push(
      'mode: "opt-out" became opt-in: nothing optional runs before a yes, and what visitors left on there is asked about again',
    )
  if (config['disablePageInteraction'] === true)
    notes.changed.push('disablePageInteraction: the page stays usable while the banner stands there')
  if (config['autoShow'] === false)
    notes.changed.push(
      'autoShow: the banner shows itself where something is to be asked; a page calls assent.open() for more',
    )
  if (record(config['cookie'])['expiresAfterDays'] instanceof Unread)
    notes.unknown.push(
      'cookie.expiresAfterDays: it depended on the answer; a yes and a no last equally long here',
    )
  for (const [name, value] of Object.entries(config))
    if (value instanceof Unread && value.kind === 'function')
      notes.unknown.push(
        `${name} (line ${lineOf(value.node)}): a program of yours, which was not run; assent.onChange takes its place`,
      )
}
