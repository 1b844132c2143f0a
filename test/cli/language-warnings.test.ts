import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languageWarnings } from '../../server/cli/language-warnings.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'

const loom = JSON.parse(readFileSync('demo/loom/site.json', 'utf8')) as SiteConfiguration

test('an owner is told which languages nobody who speaks them has reviewed', () => {
  expect(languageWarnings({ ...loom, languages: ['en'] })).toEqual([])
  const [warning] = languageWarnings({ ...loom, languages: ['en', 'pl', 'mt'] })
  expect(warning).toMatchObject({ path: 'languages', message: expect.stringContaining('Polish and Maltese') })
})

test('an owner with programs is told in which languages what disclosures leave out cannot be found', () => {
  const polish: SiteConfiguration = { ...loom, languages: ['en', 'pl'] }
  expect(languageWarnings(polish).map(({ path }) => path)).toEqual(['languages', 'programs'])
  expect(languageWarnings({ ...polish, programs: [] }).map(({ path }) => path)).toEqual(['languages'])
})
