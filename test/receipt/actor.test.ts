import { expect, test } from 'vitest'
import { actorText } from '../../server/cli/actor.ts'
import { actorOf } from '../../server/marketing/evidence/fact.ts'
import { speechIn as speechOfPage } from '../../server/marketing/evidence/speech.ts'
import { DOCUMENT_LANGUAGES } from '../../shared/domain/language.ts'
import { actorIn } from '../../shared/receipt/actor.ts'
import { speechIn as speechOfVerifier } from '../../widget/verify/words.ts'

test.each([
  ['key:0a1b2c3d4e5f', 'API key 0a1b2c3d4e5f'],
  ['command:root', "root, on the server's command line"],
  ['command:Ida Weaver', "Ida Weaver, on the server's command line"],
  ['command:check', 'the command "check" on the server\'s command line'],
  ['command:list-import', 'the command "list-import" on the server\'s command line'],
  ['somebody', 'somebody'],
])('"%s" of an entry is told to a reader as: %s', (actor, words) => {
  expect(actorText(actor)).toBe(words)
})

test.each(DOCUMENT_LANGUAGES)(
  'the pages in %s tell a person from a command, and name no prefix of ours',
  language => {
    for (const [actor, id] of [
      ['command:root', 'root'],
      ['command:check', 'check'],
      ['key:abc', 'abc'],
    ] as const) {
      const kind = actorIn(actor)!.kind
      const page = actorOf(speechOfPage(language), actor).markup
      const verifier = speechOfVerifier(language).say(`actor-${kind}`, { id })
      for (const said of [page, verifier]) {
        expect(said).toContain(id)
        expect(said).not.toMatch(/command:|key:|\{id\}/)
      }
    }
    const { words } = speechOfPage(language)
    expect(words['actor-person']).not.toBe(words['actor-command'])
  },
)
