import type { Channel, CollectionPoint, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { missingFrom, toldBy } from '../../shared/rules/missing-disclosures.ts'
import type { CurrentSite } from './current.ts'

/** A place where the owner asks by other means than our forms, with what has to be sent along from there. */
export interface RegisteredPoint extends Pick<CollectionPoint, 'id' | 'name' | 'kind' | 'url'> {
  /** By program: the channels for which the words tell all that has to be told, in every language. */
  readonly programs: Readonly<Record<string, readonly Channel[]>>
  /** By language. */
  readonly texts: Readonly<Record<string, { readonly words: string; readonly text: string }>>
}

/** The register of a site's collection points, as it is published now. */
export const collectionPointsOf = ({ configuration, files }: CurrentSite): RegisteredPoint[] =>
  (configuration.collectionPoints ?? []).map(point => {
    const { id, name, kind, url, programs, text } = point
    const texts = Object.entries(text).flatMap(([language, words]) => {
      const hash = files[`collection.${id}.${language}`]
      return hash === undefined ? [] : [[language, { words, text: hash }] as const]
    })
    return {
      id,
      name,
      kind,
      ...(url !== undefined && { url }),
      programs: Object.fromEntries(
        configuration.programs
          .filter(program => programs.includes(program.id))
          .map(program => [program.id, channelsTold(configuration, program, point)]),
      ),
      texts: Object.fromEntries(texts),
    }
  })

const channelsTold = (site: SiteConfiguration, program: Program, { text }: CollectionPoint): Channel[] =>
  program.disclosures
    .map(({ channel }) => channel)
    .filter(channel =>
      Object.entries(text).every(
        ([language, words]) =>
          missingFrom(words, language, toldBy(site, program, channel, language), 'point').length === 0,
      ),
    )
