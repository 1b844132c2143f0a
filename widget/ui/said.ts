/** Facts as people say them, in the language shown. The browser knows the words; none are downloaded. */

const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const
const ISO_DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** `P1Y1M` → "1 year, 1 month"; `undefined` when it is no duration (`session`). */
export function saidDuration(iso: string, language: string): string | undefined {
  const parts = ISO_DURATION.exec(iso)
    ?.slice(1)
    .flatMap((amount, i) =>
      amount
        ? [
            new Intl.NumberFormat(language, { style: 'unit', unit: UNITS[i]!, unitDisplay: 'long' }).format(
              Number(amount),
            ),
          ]
        : [],
    )
  return parts?.length ? new Intl.ListFormat(language, { type: 'unit' }).format(parts) : undefined
}

export const saidCountry = (code: string, language: string): string =>
  new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code

/** A language by its own name. */
export const saidLanguage = (tag: string): string =>
  new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag

/** `2026-11-01` → "November 1, 2026": a day of the calendar, the same one everywhere. */
export const saidDate = (date: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(date))

/** The reader's own country decides how a date is written, if it is a country of this language. */
const regional = (language: string): string =>
  navigator.languages.find(tag => tag.startsWith(`${language}-`)) ?? language

export const saidTime = (at: number, language: string): string =>
  new Intl.DateTimeFormat(regional(language), { dateStyle: 'long', timeStyle: 'short' }).format(at)
