import type { ComponentChildren } from 'preact'
import { createElement } from 'preact'
import type { LegalBasis, NoticePart } from '../../shared/domain/site.ts'
import { NoticeContact } from './notice-contact.tsx'
import type { NoticeDocument } from './notice-document.ts'
import { NoticePrograms, NoticeSms } from './notice-programs.tsx'
import { NoticeServices } from './notice-services.tsx'
import { Prose } from './prose.tsx'
import { saidDate, saidDuration } from './said.ts'
import { fill, list, type Words } from './words.ts'

export interface NoticeProps {
  readonly notice: NoticeDocument
  /** Level of its title: 1 on a page of its own, 2 within another. */
  readonly top: number
  /** Where a link of a section leads from here. */
  readonly href: (url: string) => string
  /** Stands below the title. */
  readonly contents?: ComponentChildren
}

/** The whole privacy notice: made from the configuration, so that what it says and what the software does are one. */
export function Notice({ notice, top, href, contents }: NoticeProps) {
  const { words, language, sections, purposes, messages } = notice
  const part = (id: string, title: string, ...children: ComponentChildren[]) => (
    <Part key={id} id={id} title={title} top={top}>
      {children}
    </Part>
  )
  return (
    <>
      <Title notice={notice} top={top} />
      {contents}
      {part('contact', words.responsible, <NoticeContact notice={notice} />)}
      {sections.map(({ id, title, body }) =>
        part(id, title, <Prose nodes={body} top={top + 2} href={href} opensNew={words.opensNew} />),
      )}
      {messages.length > 0 &&
        part(
          'messages',
          words.noticeMessages,
          <NoticeSms notice={notice} />,
          messages.map(({ id, name, description, basis, programs }) => (
            <Purpose key={id} name={name} top={top}>
              <p>{description}</p>
              <Basis basis={basis} words={words} />
              <NoticePrograms programs={programs} notice={notice} />
            </Purpose>
          )),
        )}
      {part(
        'cookies',
        words.noticeCookies,
        <>
          <p>{words.noticeCookiesIntro}</p>
          {notice.laxRegions && (
            <p>{fill(words.noticeRegions, { regions: list(notice.laxRegions, language) }, language)}</p>
          )}
        </>,
        purposes.map(({ id, name, description, basis, services }) => (
          <Purpose key={id} name={name} top={top}>
            <p>{description}</p>
            <Basis basis={basis} words={words} />
            <NoticeServices services={services} notice={notice} top={top} />
          </Purpose>
        )),
      )}
      {part(
        'withdrawal',
        words.noticeWithdrawal,
        <p>
          {fill(
            words.noticeWithdrawalText,
            {
              // Where opting out is the rule, it has that name.
              control: notice.laxRegions ? `${words.control} / ${words.privacyChoices}` : words.control,
              duration: saidDuration(`P${notice.expiresAfterDays}D`, language)!,
            },
            language,
          )}
        </p>,
      )}
    </>
  )
}

/** The parts in their order, as links may name them. */
export const partsOf = ({
  words,
  sections,
  messages,
}: NoticeDocument): { readonly id: string; readonly title: string }[] => {
  const own: Readonly<Record<NoticePart, string>> = {
    contact: words.responsible,
    messages: words.noticeMessages,
    cookies: words.noticeCookies,
    withdrawal: words.noticeWithdrawal,
  }
  const made = (id: NoticePart) => ({ id, title: own[id] })
  return [
    made('contact'),
    ...sections,
    ...(messages.length > 0 ? [made('messages')] : []),
    made('cookies'),
    made('withdrawal'),
  ]
}

/** The date comes first of all, above the title: whoever has read it before sees whether it is new. */
function Title({ notice, top }: Pick<NoticeProps, 'notice' | 'top'>) {
  const { words, language, lastRevised, version, site } = notice
  const [before, after] = words.noticeRevised.split('{date}')
  const [name, rest] = words.noticeVersion.split('{version}')
  return (
    <div class="assent-title">
      <p class="assent-muted">
        <span>
          {before}
          <time dateTime={lastRevised}>{saidDate(lastRevised, language)}</time>
          {after}
        </span>{' '}
        <span>
          {name}
          <code dir="ltr">{version}</code>
          {rest}
        </span>
      </p>
      {createElement(
        `h${top}`,
        { id: 'assent-notice', tabIndex: -1 },
        fill(words.noticeTitle, { site }, language),
      )}
    </div>
  )
}

function Part({
  id,
  title,
  top,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly top: number
  readonly children: ComponentChildren
}) {
  return (
    <section id={`assent-notice-${id}`} aria-labelledby={`assent-notice-${id}-title`} tabIndex={-1}>
      {createElement(`h${top + 1}`, { id: `assent-notice-${id}-title` }, title)}
      {children}
    </section>
  )
}

const Purpose = ({
  name,
  top,
  children,
}: {
  readonly name: string
  readonly top: number
  readonly children: ComponentChildren
}) => (
  <div class="assent-purpose">
    {createElement(`h${top + 2}`, {}, name)}
    {children}
  </div>
)

const BASES = {
  consent: 'basisConsent',
  'strictly-necessary': 'basisNecessary',
  contract: 'basisContract',
  'legal-obligation': 'basisObligation',
  'legitimate-interests': 'basisInterests',
} as const satisfies Record<LegalBasis, keyof Words>

const Basis = ({ basis, words }: { readonly basis: LegalBasis; readonly words: Words }) => (
  <p class="assent-muted">
    {words.noticeBasis} {words[BASES[basis]]}
  </p>
)
