import type { WidgetLanguage } from '../../shared/domain/language.ts'
import { CHANNELS, type Channel, type Program, type SiteConfiguration } from '../../shared/domain/site.ts'
import type { ChannelPreferences, PreferencesTexts, ProgramPreferences } from '../ui/preferences.tsx'
import type { RecordTexts } from '../ui/preferences-record.tsx'
import { fill, type Words } from '../ui/words.ts'
import { wordsOf } from './languages.ts'
import { pageFaults, startTexts } from './marketing-texts.ts'

type Say = (template: string, of?: Program) => string

export function preferencesTexts(site: SiteConfiguration, language: WidgetLanguage): PreferencesTexts {
  const words = wordsOf(language)
  const { controller } = site
  const say: Say = (template, of) =>
    fill(
      template,
      {
        controller: controller.name,
        email: controller.email,
        ...(of && { program: of.name[language]! }),
        age: new Intl.NumberFormat(language).format(of?.minimumAge ?? 0),
      },
      language,
    )
  const address = { empty: words.prefAddressEmpty, 'invalid-address': words.prefAddressInvalid }
  return {
    title: say(words.prefTitle),
    who: words.prefWho,
    whoUnknown: words.prefWhoUnknown,
    gone: words.prefGone,
    stopsOnly: words.prefStopsOnly,
    held: say(words.prefHeld),
    faults: pageFaults(words),
    channels: CHANNELS.map(channel => ofChannel(site, channel, language, say)).filter(
      ({ programs }) => programs.length > 0,
    ),
    stopAll: words.prefStopAll,
    oneByOne: words.prefOneByOne,
    service: { title: words.prefService, text: words.prefServiceText },
    stop: words.prefStop,
    start: words.prefStart,
    undo: words.prefDoneUndo,
    moved: {
      title: words.prefMoved,
      text: words.prefMovedText,
      submit: words.prefMovedSubmit,
      refused: { ...address, 'same-address': words.prefMovedSame },
      done: words.prefMovedDone,
      asked: words.prefMovedAsked,
    },
    other: {
      title: words.prefOther,
      text: say(words.prefOtherText),
      label: words.prefOtherLabel,
      submit: words.prefOtherSubmit,
      refused: address,
      done: say(words.prefOtherDone),
    },
    record: recordTexts(words),
    link: {
      title: words.prefLink,
      text: say(words.prefLinkText),
      label: words.prefOtherLabel,
      submit: words.prefLinkSubmit,
      refused: address,
      done: say(words.prefLinkDone),
      own: { text: words.prefOwnLink, href: `preferences.${language}.html` },
    },
    opensNew: words.opensNew,
  }
}

function ofChannel(
  site: SiteConfiguration,
  channel: Channel,
  language: WidgetLanguage,
  say: Say,
): ChannelPreferences {
  const words = wordsOf(language)
  const [stopAll, stopped] = {
    email: [words.prefStopAllEmail, words.prefAllStoppedEmail] as const,
    sms: [words.prefStopAllSms, words.prefAllStoppedSms] as const,
  }[channel]
  return {
    channel,
    stopAll: say(stopAll),
    allStopped: say(stopped),
    newAddress: { email: words.prefMovedEmail, sms: words.prefMovedSms }[channel],
    programs: site.programs.flatMap(program =>
      program.disclosures
        .filter(disclosure => disclosure.channel === channel)
        .map(({ text }) => ({
          ...ofProgram(program, channel, text[language]!, language, say),
          ...startTexts(site, program, channel, language),
        })),
    ),
  }
}

function ofProgram(
  program: Program,
  channel: Channel,
  disclosure: string,
  language: WidgetLanguage,
  say: Say,
): ProgramPreferences {
  const words = wordsOf(language)
  const isService = program.class === 'service'
  const { frequency, terms, minimumAge } = program
  return {
    key: `${channel}.${program.id}`,
    program: program.id,
    name: program.name[language]!,
    isService,
    on: isService ? words.prefServiceOn : words.prefOn,
    undated: words.prefOnUndated,
    waits: words.prefWaits,
    off: isService ? say(words.prefServiceOff) : words.prefOff,
    expired: words.prefExpired,
    never: words.prefNever,
    // What rests on no consent is not begun by one.
    ...((isService || !program.open) && { closed: isService ? '' : words.prefClosed }),
    disclosure,
    ...(frequency && { frequency: frequency[language]! }),
    links: [
      ...(terms === undefined ? [] : [{ text: words.prefTerms, href: terms }]),
      { text: words.privacyNotice, href: `notice.${language}.html` },
    ],
    ...(minimumAge !== undefined && { age: say(words.optInAge, program) }),
    refused: {
      empty: words.prefStartTick,
      'country-not-served': words.prefStartCountry,
      ...(minimumAge !== undefined && { minor: say(words.optInMinor, program) }),
    },
    stopOne: say(words.prefStopOne, program),
    doneStop: say(words.prefDoneStop, program),
    doneStart: say(words.prefDoneStart, program),
    doneAsk: say(words.prefDoneAsk, program),
  }
}

const recordTexts = (words: Words): RecordTexts => ({
  title: words.prefRecord,
  text: words.prefRecordText,
  acts: {
    'opt-in': words.prefActOptIn,
    confirmation: words.prefActConfirm,
    'consent-recorded': words.prefActRecorded,
    'opt-out': words.prefActStop,
    'opt-out-all': words.prefActStopAll,
    hold: words.prefActHold,
    'hold-release': words.prefActRelease,
    'evidence-read': words.prefActRead,
  },
  receipt: words.download,
  messagesTitle: words.prefMessages,
  messagesText: words.prefMessagesText,
  messages: {
    confirm: words.prefMessageConfirm,
    welcome: words.prefMessageWelcome,
    stopped: words.prefMessageStopped,
    help: words.prefMessageHelp,
    preferences: words.prefMessageLink,
    other: words.prefMessageOther,
    in: words.prefMessageIn,
  },
})
