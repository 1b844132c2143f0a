import { text, unchanged, type Descriptions } from './description.ts'

const javascript = { type: 'text/javascript', schema: text('JavaScript module.') }

/** What pages load. */
export const WIDGET_FILES: Descriptions = {
  'GET /s/:site/assent.js': {
    paths: ['/s/{site}/assent.js'],
    summary:
      "The loader with the site's configuration; where the site has rules by region and a trusted proxy tells the region, as that has it.",
    answer: javascript,
    also: unchanged,
    problems: ['unknown-site'],
  },
  'GET /s/:site/debug.mjs': {
    paths: ['/s/{site}/debug.mjs'],
    summary:
      'The debug view, which opens where it is imported: what is gated, kept, told and leaked on that page.',
    answer: javascript,
    also: unchanged,
    problems: ['unknown-site', 'unknown-file'],
  },
  'GET /s/:site/:file{(?:first|settings|embed|notice|opt-out|opt-in-[a-z][a-z0-9-]{0,31})\\.[A-Za-z0-9-]{1,35}\\.mjs}':
    {
      paths: ['/s/{site}/{view}.{language}.mjs', '/s/{site}/opt-in-{program}.{language}.mjs'],
      summary:
        'A view in the language that fits best; it exports the hash a decision made on it names. With ?c=, the beginning of the hash of a configuration: as it was last published with that one, if it ever was. Where nobody is asked first in the region that a trusted proxy tells, the first layer is empty, but with ?strict.',
      answer: javascript,
      also: unchanged,
      problems: ['unknown-site', 'unknown-file'],
    },
  'GET /s/:site/:file{(?:(?:first|settings|embed|notice|opt-out|opt-in\\.[a-z][a-z0-9-]{0,31})\\.[A-Za-z0-9-]{1,35}|parts|ui)\\.[0-9a-f]{64}\\.mjs}':
    {
      paths: [
        '/s/{site}/{view}.{language}.{hash}.mjs',
        '/s/{site}/opt-in.{program}.{language}.{hash}.mjs',
        '/s/{site}/ui.{hash}.mjs',
        '/s/{site}/parts.{hash}.mjs',
      ],
      summary: 'Any view ever published, byte for byte.',
      answer: javascript,
      also: unchanged,
      problems: ['unknown-site', 'unknown-file'],
    },
}
