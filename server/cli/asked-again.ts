import { isAskedAbout } from '../../shared/domain/check-decision.ts'
import type { AsksAgain, Changed, Declared } from '../../shared/domain/material-change.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { CommandError, EXIT, textFlag, type Invocation } from './command.ts'

/** What the owner says of changes, by ids of purposes the site has. */
export function declaredIn(flags: Invocation['flags'], { purposes }: SiteConfiguration): Declared {
  const ids = (flag: string): string[] => (textFlag(flags[flag]) ?? '').split(',').filter(Boolean)
  const [material, notMaterial] = [ids('ask-again'), ids('not-material')]
  const asked = purposes.filter(isAskedAbout).map(({ id }) => id)
  const unknown = [...material, ...notMaterial].find(id => !asked.includes(id))
  if (unknown !== undefined)
    throw new CommandError(
      `"${unknown}" is no purpose that people are asked about here: write ${asked.join(', ')}.`,
      EXIT.usage,
    )
  const both = material.find(id => notMaterial.includes(id))
  if (both !== undefined)
    throw new CommandError(`"${both}" cannot be asked again and not: name it in one of the two.`, EXIT.usage)
  return { material, notMaterial }
}

const WHY: Readonly<Record<Changed['change'], string>> = {
  purpose: 'new purpose',
  kind: 'another kind',
  basis: 'another legal basis',
  recipient: 'new recipient',
  use: 'another use',
  country: 'another country',
  declared: 'it means something new',
  wording: 'other words',
}
const why = ({ change, what }: Omit<Changed, 'purpose'>): string =>
  change === 'declared' ? WHY.declared : `${WHY[change]}: ${what}`

/** Who is asked again, and why; and what was seen and asks nobody. */
export function askedAgainLines(
  { changed, again }: { readonly changed: readonly Changed[]; readonly again?: AsksAgain | undefined },
  { material = [], notMaterial = [] }: Declared,
): string[] {
  const ids = new Set([...changed.map(({ purpose }) => purpose), ...material])
  return [...ids].flatMap(id => {
    const found = changed.filter(({ purpose }) => purpose === id)
    const inSubstance = found.filter(({ change }) => change !== 'wording')
    if (notMaterial.includes(id))
      return `Asks nobody again: ${id}, declared not material (${found.map(why).join('; ')}).`
    if (inSubstance.length === 0 && !material.includes(id))
      return `Asks nobody again: ${id}, only words changed. (--ask-again ${id}, if they mean something new.)`
    // Nothing was served before: there is nobody to ask again.
    const because = again?.purposes[id]?.because
    return because === undefined
      ? []
      : `Asks again: ${id}, because of ${because.map(why).join('; ')}. Older yeses end, a no stays a no. (--not-material ${id}, if it is none.)`
  })
}
