import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DOCUMENT_LANGUAGES } from '../../shared/domain/language.ts'
import { axeFindings } from '../support/axe.ts'
import { startViewer, type Viewer } from './viewer.ts'
import { namelessIn, VIEWS } from './views.ts'

/** Where what each view says aloud is left to be read: `npm run test:all` names it. */
const TREES = join(import.meta.dirname, '../../node_modules/.cache/assent/role-trees')

let viewer: Viewer
const trees: string[] = []
beforeAll(async () => {
  viewer = await startViewer()
})
afterAll(async () => {
  await viewer?.close()
})

describe.each(DOCUMENT_LANGUAGES)('%s', language => {
  afterAll(() => {
    mkdirSync(TREES, { recursive: true })
    writeFileSync(join(TREES, `${language}.txt`), trees.splice(0).join('\n\n'))
    console.log(`what each view says aloud: ${join(TREES, `${language}.txt`)}`)
  })

  test.each(Object.entries(VIEWS))(
    'A1 A2 A3 %s breaks no policy, axe finds nothing, and everything in it has a name',
    async (name, open) => {
      const opened = await open(viewer, language)
      try {
        // Before axe, which is put in by the test and breaks what it likes.
        expect(opened.complaints).toEqual([])
        const tree = await opened.root.ariaSnapshot()
        trees.push(`# ${name} (${language})\n${tree}`)
        expect(namelessIn(tree)).toEqual([])
        expect(await axeFindings(opened.page, ['document-title', 'html-has-lang'])).toEqual([])
        await opened.page.emulateMedia({ colorScheme: 'dark' })
        expect(await axeFindings(opened.page, ['document-title', 'html-has-lang'])).toEqual([])
      } finally {
        await opened.leave()
      }
    },
  )
})
