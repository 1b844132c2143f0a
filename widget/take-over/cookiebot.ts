import { afterTool, kept } from './take-over.ts'

export { element } from '../ui/element.ts'

/** `{stamp:'…',necessary:true,statistics:false,method:'explicit',utc:<time>}`. Another method is no answer of a person. */
export const start = afterTool('cookiebot', name => {
  const said = new Map(
    kept(name)
      .slice(1, -1)
      .split(',')
      .map(pair => pair.split(':') as [string, string]),
  )
  const answer = (one: string): boolean | undefined =>
    said.get(one) === 'true' || (said.get(one) === 'false' ? false : undefined)
  return said.get('method') === `'explicit'` ? [answer, +said.get('utc')!] : undefined
})
