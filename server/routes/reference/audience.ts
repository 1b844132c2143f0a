import type { Description } from '../described/description.ts'

/** Who calls an address; the page is grouped by it, in this order. */
export const AUDIENCES = {
  marketers: {
    title: 'Marketers: may I send this?',
    intro:
      'Ask before every send, shortly before it. Only "send" is a yes. A list goes as it is, with mode=filter: write only to what comes back. What each reason means stands under "Reasons".',
  },
  'back-ends': {
    title: 'Your back end: what people told you elsewhere',
    intro: 'Calls from your own servers, with a key of the site.',
  },
  providers: {
    title: 'Providers: what they report',
    intro:
      'Entered at a provider, who calls it by itself and signs what it sends. Anything else that can sign reports to generic.',
  },
  widget: {
    title: 'The widget on your pages',
    intro:
      'What the snippet loads and sends by itself. Hashes in the examples stand for those of your own publication: with others, each entry is answered with its refusal.',
  },
  people: {
    title: 'Pages for people',
    intro: 'Without scripts, in the languages of the site. A browser is refused with a page it can show.',
  },
  auditors: {
    title: 'Auditors: check the log yourself',
    intro: 'The log in the formats of C2SP and RFC 6962. Only the entries need a key.',
  },
  operators: {
    title: 'Operators and tools',
    intro: 'The same for every site of this server.',
  },
} as const
export type Audience = keyof typeof AUDIENCES

/** Said by the description, else seen from the address and from what it needs. */
export function audienceOf(path: string, { audience, providerSends, key, answer }: Description): Audience {
  if (audience) return audience
  if (providerSends) return 'providers'
  if (path.startsWith('/log/') || path === '/verify') return 'auditors'
  if (key) return key === 'status' ? 'marketers' : 'back-ends'
  if (answer.type === 'text/html' && path !== '/v1/api.html') return 'people'
  return path.includes('{site}') ? 'widget' : 'operators'
}
