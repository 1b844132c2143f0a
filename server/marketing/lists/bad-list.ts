/** What is wrong with a list as a whole; the message says what to do. */
export class BadList extends Error {}
