import type { SiteConfiguration } from '../../shared/domain/site.ts'

/**
 * The owner's rule for the small banner, as code beside the loader; '' where there is none. It offers nothing before the
 * cookie choice, nor in the page view in which that was made or put off: the remembered choice is older than the wait.
 * Without a choice the time is that of "undefined", base 36, which is far ahead. Where storage is blocked it throws, and so
 * offers nothing either.
 */
export function offerRule({ site, programs }: SiteConfiguration): string {
  const program = programs.find(({ open, offer }) => open && offer)
  if (!program?.offer) return ''
  const wait = short(program.offer.afterSeconds * 1000)
  const key = `assent_${site}`
  const reasonsNotTo = [
    `document.querySelector(\`#assent\`)`,
    `sessionStorage[\`${key}_later\`]`,
    `localStorage[\`${key}_quiet_${program.id}\`]>Date.now()`,
    `parseInt(document.cookie.split(\`${key}=v1.\`)[1],36)>Date.now()-${wait}`,
  ]
  const rule = `${reasonsNotTo.join('||')}||assent.open(\`opt-in:${program.id}\`)`
  return `setTimeout(()=>{try{${rule}}catch{}},${wait});`
}

/** Every visitor pays for the noughts. */
const short = (number: number): string => `${number}`.replace(/0+$/, noughts => `e${noughts.length}`)
