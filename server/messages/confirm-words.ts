import { isRightToLeft } from '../../shared/domain/language.ts'
import type { Channel, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { spokenTo } from '../languages/words.ts'
import { LINK, type Letter } from './outbox.ts'

export interface ToConfirm {
  readonly channel: Channel
  readonly controller: Pick<SiteConfiguration['controller'], 'name' | 'address'>
  readonly program: Program
  /** As they were shown. */
  readonly words: string
  readonly language: string
  /** When it was asked for, and until when it can be confirmed; epoch milliseconds. */
  readonly at: number
  readonly until: number
}

/** The message that asks an address whether it was really its person. */
export function confirmWords(asked: ToConfirm): Omit<Letter, 'to'> {
  const {
    language,
    words: { confirmMail, confirmText },
  } = spokenTo([asked.language])
  const { controller, program, words } = asked
  const values: Readonly<Record<string, string>> = {
    controller: controller.name,
    program: program.name[asked.language] ?? program.name[language] ?? program.id,
    words,
    link: LINK,
    date: dayIn(language, asked.at),
    until: dayIn(language, asked.until),
  }
  const say = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name] ?? place
      // First-strong isolates: a Latin name keeps its own direction inside Arabic.
      return isRightToLeft(language) && name !== 'link' && /[a-z]/i.test(value)
        ? `\u2068${value}\u2069`
        : value
    })
  if (asked.channel === 'sms') return { language, words: say(confirmText) }
  const paragraphs = [...confirmMail.paragraphs.map(say), `${controller.name}\n${controller.address}`]
  return { language, title: say(confirmMail.title), words: `${paragraphs.join('\n\n')}\n` }
}

/** With the zone, for it is the server's word on a page that may be anywhere. */
const dayIn = (language: string, moment: number): string =>
  new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
    ...(language === 'ar' && { numberingSystem: 'latn' }),
  }).format(moment) + ' UTC'
