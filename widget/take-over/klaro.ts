import { afterTool, kept } from './take-over.ts'

export { element } from '../ui/element.ts'

/** `{"<service>": <boolean>}`, without a time. A service that came later is not in it: nobody was asked about that. */
export const start = afterTool('klaro', name => {
  const services = JSON.parse(kept(name)) as Readonly<Record<string, unknown>>
  return [service => services[service]]
})
