/**
 * Whether a request carries Global Privacy Control, for pages that a server makes: `Sec-GPC`, and of its values exactly `1`
 * (W3C). Anything else counts as if the header were not there. Several headers, which servers join with commas, are several
 * values, and one `1` among them is enough: the signal can only ever forbid.
 */
export const sendsGpc = (
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
): boolean => {
  const given = headers instanceof Headers ? headers.get('sec-gpc') : headers['sec-gpc']
  return [given ?? '']
    .flat()
    .flatMap(value => value.split(','))
    .some(value => value.replace(/^[\t ]+|[\t ]+$/g, '') === '1')
}
