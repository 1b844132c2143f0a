/** Characters that turn the reading order round, and halves of a character. */
const MISLEADING = /[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u

/** People would read something else than what is written. */
export const isMisleading = (text: string): boolean => MISLEADING.test(text)

/** The same with a mark where such a character stood: for texts of strangers, which have to be shown all the same. */
export const withoutMisleading = (text: string): string =>
  text.replace(new RegExp(MISLEADING, 'gu'), '\uFFFD')
