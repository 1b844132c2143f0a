/** Characters that turn the reading order round, and halves of a character. */
const MISLEADING = /[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u

/** People would read something else than what is written. */
export const isMisleading = (text: string): boolean => MISLEADING.test(text)
