import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { literal } from './literal.ts'

const DAY = 86_400_000

/**
 * The owner's rule for the small banner, as code that runs before the loader starts; '' where there is none. It offers
 * nothing before the cookie choice, nor in the page view in which that is made: the remembered choice must be there from
 * the start and stay as it is. Where storage is blocked it throws, and so offers nothing either.
 */
export function offerRule({ site, programs }: SiteConfiguration): string {
  const program = programs.find(({ open, offer }) => open && offer)
  if (!program?.offer) return ''
  const { afterSeconds, quietDays } = program.offer
  const key = `assent_${site}`
  const quiet = literal(`${key}_quiet_${program.id}`)
  const waits = `document.querySelector("#assent")||sessionStorage[${literal(`${key}_later`)}]`
  return (
    `try{let c=()=>(/${key}=v1[^;]*/.exec(document.cookie)||[])[0],s=!window.assent?.first&&c();` +
    `s&&setTimeout(()=>{try{s!=c()||${waits}||localStorage[${quiet}]>Date.now()-${quietDays * DAY}||` +
    `window.assent.open(${literal(`opt-in:${program.id}`)})}catch{}},${afterSeconds * 1000})}catch{}`
  )
}
