/**
 * What may not stand in a message that asks for a confirmation: it goes to somebody who has agreed to nothing yet (Germany:
 * UWG section 7(2) no. 2; OLG Muenchen, 27 September 2012, 29 U 1682/12). Words that were agreed to are quoted in it as they were
 * shown, and are the owner's.
 */
const PROMOTES: readonly RegExp[] = [
  /\b(offers?|discounts?|sale|free|deals?|vouchers?|coupons?|save|now only|buy|shop|exclusive|bargains?|prices?|win|gifts?|new in)\b/i,
  /\b(angebote?|rabatte?|gratis|kostenlos|gutscheine?|sparen|kaufen|aktion(en)?|exklusiv|schnäppchen|preise?|gewinne?n?|geschenke?)\b/i,
  /(عرض|عروض|خصم|تخفيض|مجان|قسيمة|اشتر|حصري|هدية|وفّر|سعر|أسعار)/,
]
const LINKS = /\b(?:https?:\/\/|www\.)\S+/gi

/** What is wrong with the words of such a message; none when nothing is. `{link}`: where its own link stands. */
export function advertisingIn(words: string): string[] {
  const faults: string[] = []
  const own = words.split('{link}').length - 1
  if (own > 1) faults.push('has its link twice')
  const others = words.match(LINKS) ?? []
  if (others.length > 0) faults.push('has a link beside that to confirm')
  if (/<[a-z!/]|!\[|data:image|cid:/i.test(words)) faults.push('has markup or an image in it')
  const promoting = PROMOTES.flatMap(each => each.exec(words)?.[0] ?? [])
  if (promoting.length > 0) faults.push(`promotes: ${promoting.join(', ')}`)
  if (/!{2,}|[\u{1F300}-\u{1FAFF}]/u.test(words)) faults.push('shouts')
  return faults
}
