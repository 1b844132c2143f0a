import { isSupportedCountry, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max'

/** `4.47911E+11`, `4,47911E+11`: the last digits are gone. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i
/** `447911123456.0`: a number of a table, and no telephone number. */
const DECIMAL = /^\d{7,}[.,]0+$/
/** Neither a plus in front nor a zero, nor anything else a person would write between digits. */
const BARE = /^[1-9]\d{6,14}$/

/**
 * A spreadsheet took the number for a quantity. What it lost then (digits, the plus, a zero in front) can often be guessed,
 * and who is guessed wrong gets somebody else's messages: so it is refused. `home`: the program's first country.
 */
export function isDamaged(given: string, home: string | undefined): boolean {
  const text = given.trim()
  if (SCIENTIFIC.test(text) || DECIMAL.test(text)) return true
  if (!BARE.test(text)) return false
  const national = valid(text, home)
  // Where national numbers are written with a zero in front, it or the plus is gone. Elsewhere the plus is, if only that
  // makes it a number.
  return national ? national.formatNational().startsWith('0') : valid(`+${text}`, home) !== undefined
}

function valid(text: string, home: string | undefined): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(text, {
    extract: false,
    ...(home !== undefined && isSupportedCountry(home) && { defaultCountry: home }),
  })
  return number?.isValid() === true ? number : undefined
}
