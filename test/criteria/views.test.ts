import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViewer, type Viewer } from './viewer.ts'
import { namelessIn, VIEWS } from './views.ts'

let viewer: Viewer
beforeAll(async () => {
  viewer = await startViewer()
})
afterAll(() => viewer?.close())

// In English; `npm run test:all` reads them in the other languages, and lets axe look at each.
test.each(Object.entries(VIEWS))(
  'A2 A3 %s breaks no policy, and everything in it has a name',
  async (_, open) => {
    const opened = await open(viewer, 'en')
    try {
      expect(opened.complaints).toEqual([])
      expect(namelessIn(await opened.root.ariaSnapshot())).toEqual([])
    } finally {
      await opened.leave()
    }
  },
)
