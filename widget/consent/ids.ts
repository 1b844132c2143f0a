/** A time in hex, then 128 random bits: ordered, so that the ledger's indexes grow at their end. */
// `crypto.randomUUID` and `crypto.subtle` do not exist on plain http.
export const stamped = (time: number): string =>
  crypto
    .getRandomValues(new BigUint64Array(2))
    .reduce((text, part) => text + part.toString(16).padStart(16, '0'), time.toString(16).padStart(12, '0'))

/** UUIDv7 (RFC 9562). */
export const newId = (time: number): string =>
  stamped(time).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-7$3-8$4-$5')
