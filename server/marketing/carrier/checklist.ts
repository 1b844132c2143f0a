import type { Program } from '../../../shared/domain/site.ts'
import type { DisclosedIn } from '../../../shared/rules/disclosures.ts'
import { missingFrom, toldBy } from '../../../shared/rules/missing-disclosures.ts'
import { readPage, type ShownElement, type ShownNode } from '../../../shared/receipt/shown-tree.ts'
import type { CampaignSite } from './campaign.ts'

/** One line of the checklist that carriers go through, and where it is met. */
export interface Checked {
  readonly id: string
  readonly what: string
  /** Where, or in what words; absent: it is not. */
  readonly met?: string
  readonly missing?: string
}

/** A form without scripts, as it was published, by language. */
export type Forms = Readonly<Record<string, string>>

const WORDS: readonly (readonly [id: string, what: string, where: DisclosedIn, tells: readonly string[]])[] =
  [
    ['D1', 'names the brand', 'words', ['brand']],
    ['D2', 'says what is sent', 'words', ['sends']],
    ['D3', 'says how often', 'words', ['frequency']],
    ['D4', 'says that message and data rates may apply', 'words', ['rates']],
    ['D5', 'says how to stop', 'words', ['STOP', 'stop']],
    ['D6', 'says how to get help', 'words', ['HELP']],
    ['D9', 'says that consent is no condition of purchase', 'words', ['no-condition']],
    [
      'D14',
      'answers an opt-in with brand, program, rates, HELP and STOP',
      'welcome',
      ['brand', 'sends', 'rates', 'HELP', 'STOP'],
    ],
    ['D15', 'answers HELP with brand and contact', 'help', ['brand', 'contact']],
  ]

/** D1 to D15 of one program, by the words and by the very form that is published. */
export function checklist(site: CampaignSite, program: Program, forms: Forms, day: string): Checked[] {
  const { configuration } = site
  const texts = (where: DisclosedIn, language: string): string | undefined =>
    where === 'words'
      ? [program.disclosures.find(d => d.channel === 'sms')?.text[language], program.frequency?.[language]]
          .filter(Boolean)
          .join('\n')
      : program.replies?.[where as 'welcome' | 'help']?.[language]
  const ofWords = WORDS.map(([id, what, where, tells]): Checked => {
    const faults = configuration.languages.flatMap(language => {
      const text = texts(where, language)
      if (text === undefined || text === '') return [`${language}: no text`]
      const told = toldBy(configuration, program, 'sms', language)
      return missingFrom(text, language, told, where, day)
        .filter(({ rule }) => tells.includes(rule.tells))
        .map(fault => `${language}: ${fault.what}`)
    })
    const place = where === 'words' ? 'the words beside the box' : `the reply "${where}"`
    return { id, what, ...(faults.length === 0 ? { met: place } : { missing: faults.join('; ') }) }
  })
  const [, first = ''] = Object.entries(forms)[0] ?? []
  const all = [...ofWords, ...ofForm(program, first, Object.values(forms))]
  return all.toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
}

/** D7, D8 and D10 to D13 hold by how the form is built: looked up in its bytes, in every language. */
function ofForm(program: Program, first: string, forms: readonly string[]): Checked[] {
  const every = (holds: (elements: readonly ShownElement[]) => boolean): boolean =>
    first !== '' && forms.every(form => holds(elementsOf(readPage(form) ?? [])))
  const boxes = (elements: readonly ShownElement[]) => elements.filter(isBox)
  const own = (elements: readonly ShownElement[]) =>
    boxes(elements).filter(({ attributes }) => attributes['name'] === 'sms')
  const links = (elements: readonly ShownElement[]) =>
    elements.filter(({ tag }) => tag === 'a').map(({ attributes }) => attributes['href'] ?? '')
  const row = (id: string, what: string, met: string, holds: boolean): Checked => ({
    id,
    what,
    ...(holds ? { met } : { missing: `not found in the published form: ${met}` }),
  })
  const { terms } = program
  return [
    row(
      'D7',
      'links to the terms',
      terms ?? 'a link to "terms" of the program',
      terms !== undefined && every(e => links(e).includes(terms)),
    ),
    row(
      'D8',
      'links to the privacy notice, which shares no mobile opt-in data',
      'the link below the form; a configuration that shares it where these carriers carry is refused',
      every(e => links(e).some(href => /^notice\.[\w-]+\.html$/.test(href))) &&
        program.sharesWith === undefined,
    ),
    row(
      'D10',
      'has an empty box',
      'the box as it is published',
      every(e => own(e).length === 1 && boxes(e).every(({ attributes }) => !('checked' in attributes))),
    ),
    row(
      'D11',
      'keeps it apart from terms and from e-mail',
      'a box of its own in a group of its own',
      every(e => own(e).length === 1 && !/terms|email/i.test(own(e)[0]!.attributes['name'] ?? '')),
    ),
    row(
      'D12',
      'can be sent without it',
      'no box is required',
      every(e => own(e).length === 1 && boxes(e).every(({ attributes }) => !('required' in attributes))),
    ),
    row(
      'D13',
      'shows the words beside the box, above the button',
      'the label of the box',
      every(isAboveButton),
    ),
  ]
}

const isBox = ({ tag, attributes }: ShownElement): boolean =>
  tag === 'input' && attributes['type'] === 'checkbox'

function isAboveButton(elements: readonly ShownElement[]): boolean {
  const box = elements.findIndex(each => isBox(each) && each.attributes['name'] === 'sms')
  const button = elements.findIndex(({ tag }) => tag === 'button')
  return box >= 0 && button > box
}

/** All elements in the order they are read. */
function elementsOf(node: ShownNode): ShownElement[] {
  if (typeof node === 'string') return []
  if (!('tag' in node)) return node.flatMap(elementsOf)
  return [node, ...node.children.flatMap(elementsOf)]
}
