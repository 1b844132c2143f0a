import { afterTool, kept } from './take-over.ts'

export { element } from '../ui/element.ts'

/**
 * The cookie has `c.<category>:1` for each that was granted, and `i.t:<time>`; local storage the same as JSON. Both are there
 * for who is merely known by name: whoever answered has `necessary`.
 */
export const start = afterTool('c15t', name => {
  const text = kept(name)
  if (text.startsWith('{')) {
    const { consents, consentInfo } = JSON.parse(text) as {
      consents: Readonly<Record<string, boolean>>
      consentInfo: { time: number }
    }
    return consents['necessary'] ? [one => consents[one], consentInfo.time] : undefined
  }
  const said = new Map(text.split(',').map(pair => pair.split(':') as [string, string]))
  return said.has('c.necessary') ? [one => said.has(`c.${one}`), +said.get('i.t')!] : undefined
})
