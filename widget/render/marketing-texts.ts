import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import { takesOptIns, type Channel, type Program, type SiteConfiguration } from '../../shared/domain/site.ts'
import type { AddressTexts } from '../ui/address-field.tsx'
import type { FormFaults, OptInTexts } from '../ui/opt-in-form.tsx'
import type { ConfirmTexts } from '../ui/confirm-page.tsx'
import type { OptOutTexts } from '../ui/opt-out-form.tsx'
import { saidCountry } from '../ui/said.ts'
import { fill, list, type Words } from '../ui/words.ts'
import { wordsOf } from './languages.ts'

/** What no field is at fault for, said by a page without scripts. */
export function pageFaults(words: Words): FormFaults {
  return {
    busy: words.pageBusy,
    paused: words.pagePaused,
    fault: words.pageFault,
    failed: words.pageFailed,
  }
}

/** `page`: for the page without scripts, which other things happen to. */
export function optInTexts(
  site: SiteConfiguration,
  program: Program,
  language: WidgetLanguage,
  page = false,
): OptInTexts {
  const words = wordsOf(language)
  const countries = program.countries.map(code => saidCountry(code, language))
  const values = {
    controller: site.controller.name,
    program: program.name[language]!,
    countries: list(countries, language),
    country: countries[0]!,
    age: new Intl.NumberFormat(language).format(program.minimumAge ?? 0),
  }
  const say = (template: string): string => fill(template, values, language)
  const address: Record<Channel, AddressTexts> = {
    email: {
      channel: 'email',
      label: words.optInEmailLabel,
      faults: { empty: words.optInEmptyEmail, 'invalid-address': words.optInInvalidEmail },
    },
    sms: {
      channel: 'sms',
      label: words.optInSmsLabel,
      hint: [words.optInSmsHint, ...(countries.length > 1 ? [words.optInSmsDefault] : [])].map(say).join(' '),
      faults: {
        empty: words.optInEmptySms,
        'invalid-address': words.optInInvalidSms,
        'country-not-served': say(words.optInCountry),
      },
    },
  }
  return {
    title: values.program,
    who: say(words.optInWho),
    channels: program.disclosures.map(({ channel, text }) => ({
      channel,
      name: { email: words.optInEmail, sms: words.optInSms }[channel],
      disclosure: text[language]!,
      address: address[channel],
      done: say({ email: words.optInDoneEmail, sms: words.optInDoneSms }[channel]),
      ...startTexts(site, program, channel, language),
    })),
    ...(program.minimumAge !== undefined && {
      age: { label: say(words.optInAge), minor: say(words.optInMinor) },
    }),
    submit: words.optInSubmit,
    sending: words.optInSending,
    nothing: words.optInNothing,
    ...(page && { changed: words.pageChanged }),
    faults: page
      ? pageFaults(words)
      : {
          'program-closed': words.optInClosed,
          failed: words.optInFailed,
          busy: words.optInBusy,
          unreachable: words.optInUnreachable,
        },
    done: words.optInDone,
    waits: words.optInWaits,
    receipt: words.receipt,
    stop: words.optInStop,
    stopLink: { text: words.optInStopLink, href: `opt-out.${language}.html` },
    ...(program.frequency && { frequency: program.frequency[language]! }),
    links: [
      ...(program.terms === undefined ? [] : [{ text: words.optInTerms, href: program.terms }]),
      { text: words.privacyNotice, href: `notice.${language}.html` },
    ],
    opensNew: words.opensNew,
    close: words.optInClose,
  }
}

/**
 * A number that once said stop to messages gets none that asks, and nobody may learn that from a form: so everybody reads how
 * it is confirmed without one.
 */
export function startTexts(
  { senders = [] }: Pick<SiteConfiguration, 'senders'>,
  program: Program,
  channel: Channel,
  language: WidgetLanguage,
): { readonly waitsStart?: string } {
  const sender = senders.find(each => each.channel === 'sms' && each.programs.includes(program.id))
  if (channel !== 'sms' || program.confirmation !== 'double' || !sender) return {}
  // Its plus sign stays before it inside Arabic.
  const number = isRightToLeft(language) ? `\u2066${sender.address}\u2069` : sender.address
  return { waitsStart: fill(wordsOf(language).optInWaitsStart, { number }, language) }
}

export function optOutTexts(site: SiteConfiguration, language: WidgetLanguage, page = false): OptOutTexts {
  const words = wordsOf(language)
  const say = (template: string): string => fill(template, { controller: site.controller.name }, language)
  return {
    title: words.optOutTitle,
    intro: say(words.optOutIntro),
    channels: [
      {
        address: {
          channel: 'email',
          label: words.optOutEmailLabel,
          faults: { 'invalid-address': words.optInInvalidEmail },
        },
        done: say(words.optOutDoneEmail),
      },
      {
        address: {
          channel: 'sms',
          label: words.optOutSmsLabel,
          faults: { 'invalid-address': words.optInInvalidSms },
        },
        done: say(words.optOutDoneSms),
      },
    ],
    submit: words.optOutSubmit,
    sending: words.optInSending,
    nothing: words.optOutNothing,
    faults: page
      ? pageFaults(words)
      : { failed: words.pageFailed, busy: words.optInBusy, unreachable: words.optInUnreachable },
    done: words.optOutDone,
    receipt: words.receipt,
    close: words.optInClose,
  }
}

/** The page of the site's own with the program's form, where the register of collection points names it; else it is ours. */
function ownFormOf(
  { collectionPoints = [], origins }: SiteConfiguration,
  { id }: Program,
): string | undefined {
  const isOwn = (url: string | undefined): url is string =>
    url !== undefined && origins.includes(URL.parse(url)?.origin ?? '')
  return collectionPoints
    .filter(({ kind, programs }) => kind === 'web-form' && programs.includes(id))
    .map(({ url }) => url)
    .find(isOwn)
}

export function confirmTexts(site: SiteConfiguration, language: WidgetLanguage): ConfirmTexts {
  const words = wordsOf(language)
  const say = (template: string): string => fill(template, { controller: site.controller.name }, language)
  return {
    title: words.confirmTitle,
    intro: say(words.confirmIntro),
    program: words.confirmProgram,
    address: words.confirmAddress,
    words: words.confirmWords,
    submit: words.confirmSubmit,
    notYou: words.confirmNotYou,
    faults: pageFaults(words),
    done: words.confirmDone,
    doneText: say(words.confirmDoneText),
    stop: words.optInStop,
    stopLink: { text: words.optInStopLink, href: `opt-out.${language}.html` },
    takenBack: words.confirmTakenBack,
    takenBackText: words.confirmTakenBackText,
    gone: words.confirmGone,
    goneText: words.confirmGoneText,
    again: site.programs.filter(takesOptIns).map(program => ({
      text: fill(words.confirmAgain, { program: program.name[language]! }, language),
      href: ownFormOf(site, program) ?? `opt-in.${program.id}.${language}.html`,
    })),
  }
}
