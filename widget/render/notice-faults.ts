import { NOTICE_PARTS } from '../../shared/domain/site.ts'
import type { Fault } from '../../shared/schemas/loose-site.ts'
import { readProse } from './markdown.ts'

/** What the owner's sections cannot be shown with, each with its path; the shape of the rest is the schema's to judge. */
export function noticeFaults(configuration: unknown): Fault[] {
  const sections = member(member(configuration, 'notice'), 'sections')
  if (!Array.isArray(sections)) return []
  const anchors = anchorsOf(sections.map(section => member(section, 'id')))
  return sections.flatMap((section: unknown, i) =>
    Object.entries(member(section, 'body') ?? {}).flatMap(([language, body]) => {
      const faults = typeof body === 'string' ? readProse(body, anchors).faults : []
      return faults.length > 0
        ? [{ path: `notice.sections[${i}].body.${language}`, message: faults.join('; ') }]
        : []
    }),
  )
}

/** What `#…` in a section may lead to. */
export const anchorsOf = (sections: readonly unknown[]): string[] => [
  ...sections.filter(id => typeof id === 'string'),
  ...NOTICE_PARTS,
]

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
