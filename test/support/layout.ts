/** What a part of the repository may reach. Names are folders or files of the repository, or packages. */
export interface Area {
  /** Folders end in `/`; the longest match decides which area a file belongs to. */
  readonly paths: readonly string[]
  readonly runTime: readonly string[]
  /** Further places it may take types from. */
  readonly types?: readonly string[]
  readonly packages: readonly string[]
  /** May use Node's own modules. */
  readonly node: boolean
}

const CAPABILITIES = [
  'inventory',
  'erasure',
  'hand-over',
  'marketing',
  'messages',
  'notices',
  'requests',
  'retention',
  'webhooks',
  'hooks',
  'operators',
  'witness',
]
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  marketing: ['libphonenumber-js', 'csv-parse'],
  messages: ['nodemailer'],
}
const ALL_CAPABILITIES = ['ledger', 'subjects', 'languages', ...CAPABILITIES].map(name => `server/${name}/`)

/** The directions in which code may know other code. Every file of the product belongs to exactly one area. */
export const AREAS: readonly Area[] = [
  { paths: ['shared/domain/'], runTime: [], packages: [], node: false },
  // Legal lists, dates and words as data, each row with its source.
  { paths: ['shared/rules/'], runTime: ['shared/domain/'], packages: [], node: false },
  {
    paths: ['shared/schemas/'],
    runTime: ['shared/domain/', 'shared/rules/'],
    types: ['shared/receipt/'],
    packages: ['zod'],
    node: false,
  },
  {
    // Checks receipts, in a browser as in Node: WebCrypto, and nothing of either's own.
    paths: ['shared/receipt/'],
    runTime: ['shared/domain/'],
    packages: [],
    node: false,
  },
  {
    // What other people's programs import: `fetch`, and nothing that has to be installed.
    paths: ['shared/client/'],
    runTime: [],
    types: ['shared/domain/', 'shared/schemas/'],
    packages: [],
    node: false,
  },
  // What an owner's own server imports.
  { paths: ['shared/first-party/'], runTime: ['shared/domain/'], packages: [], node: true },
  { paths: ['widget/consent/'], runTime: ['shared/domain/'], packages: [], node: false },
  { paths: ['widget/regimes/'], runTime: ['shared/domain/'], packages: [], node: false },
  { paths: ['widget/gates/'], runTime: ['shared/domain/', 'widget/consent/'], packages: [], node: false },
  {
    // Pasted above the snippet, and a program of its own: it runs before anything else is there.
    paths: ['widget/guard.ts', 'widget/guard/'],
    runTime: [],
    types: ['shared/domain/', 'widget/consent/'],
    packages: [],
    node: false,
  },
  {
    // For whoever builds a page; no visitor downloads it.
    paths: ['widget/debug.ts', 'widget/debug/'],
    runTime: ['shared/domain/', 'widget/consent/stored.ts'],
    types: ['widget/consent/'],
    packages: [],
    node: false,
  },
  {
    paths: ['widget/loader.ts', 'widget/act.ts', 'widget/snippet.ts'],
    runTime: ['shared/domain/', 'widget/consent/', 'widget/gates/'],
    packages: [],
    node: false,
  },
  {
    // The views as they are bundled: what is shown, and what an answer takes. Each reads the cookie, which is the state.
    paths: [
      'widget/first.ts',
      'widget/inline.ts',
      'widget/embed.ts',
      'widget/notice.ts',
      'widget/opt-in.ts',
      'widget/opt-out.ts',
      'widget/settings.ts',
    ],
    runTime: ['widget/act.ts', 'widget/consent/', 'widget/ui/'],
    types: ['shared/domain/'],
    packages: [],
    node: false,
  },
  {
    // The first layer where another tool asked before: one for each tool, so that a site downloads what it needs.
    paths: ['widget/take-over/'],
    runTime: ['widget/first.ts', 'widget/consent/', 'widget/ui/'],
    types: ['shared/domain/'],
    packages: [],
    node: false,
  },
  {
    paths: ['widget/ui/'],
    runTime: ['shared/domain/', 'widget/languages/'],
    types: ['widget/consent/', 'shared/schemas/'],
    packages: ['preact', '@preact/signals'],
    node: false,
  },
  {
    // The page that checks receipts: one file, without a library.
    paths: ['widget/verify/'],
    runTime: ['shared/domain/', 'shared/receipt/', 'widget/ui/words.ts'],
    packages: [],
    node: false,
  },
  {
    // Runs when a configuration is published, never in a browser.
    paths: ['widget/render/'],
    runTime: ['shared/domain/', 'widget/ui/', 'widget/languages/'],
    types: ['shared/schemas/'],
    packages: ['preact', 'mdast', 'mdast-util-from-markdown'],
    node: true,
  },
  { paths: ['widget/languages/'], runTime: ['shared/domain/'], packages: [], node: false },
  // Each is bundled alone, and started with the page's `window.assent`.
  {
    paths: ['widget/parts/'],
    // What has no state: a part has none of the loader's.
    runTime: ['shared/domain/', 'widget/consent/stored.ts', 'widget/gates/cookie-places.ts'],
    types: ['widget/consent/'],
    packages: [],
    node: false,
  },
  // What the owner's own program imports: its framework stands beside it, nothing else.
  {
    paths: ['widget/frameworks/'],
    runTime: [],
    types: ['shared/domain/', 'widget/consent/'],
    packages: ['react', 'vue'],
    node: false,
  },
  { paths: ['server/subjects/'], runTime: ['shared/domain/'], packages: [], node: true },
  {
    paths: ['server/ledger/'],
    runTime: ['shared/domain/', 'shared/receipt/', 'server/subjects/'],
    packages: [],
    node: true,
  },
  ...CAPABILITIES.map(name => ({
    paths: [`server/${name}/`],
    runTime: ['shared/', 'server/ledger/', 'server/subjects/', 'server/languages/'],
    packages: PACKAGES[name] ?? [],
    node: true,
  })),
  {
    paths: ['server/storage/sqlite/'],
    runTime: ['shared/domain/'],
    types: ['server/storage/', ...ALL_CAPABILITIES],
    packages: ['better-sqlite3'],
    node: true,
  },
  {
    paths: ['server/storage/'],
    runTime: ['shared/domain/', 'server/storage/sqlite/'],
    types: ALL_CAPABILITIES,
    packages: [],
    node: true,
  },
  {
    // Files that leave the server: it is handed what to put in, and hands out what was in.
    paths: ['server/backup/'],
    runTime: ['shared/domain/'],
    packages: ['age-encryption', 'modern-tar', 'zod'],
    node: true,
  },
  {
    // Runs on the owner's machine or in its CI, never in the server.
    paths: ['server/scan/'],
    runTime: ['shared/'],
    packages: ['playwright-core', 'csv-parse'],
    node: true,
  },
  {
    // Reads what other tools' owners wrote, on the owner's machine, never in the server.
    paths: ['server/switching/'],
    runTime: ['shared/', 'server/inventory/'],
    packages: ['acorn'],
    node: false,
  },
  { paths: ['server/metrics/'], runTime: ['shared/domain/'], packages: ['prom-client'], node: true },
  // What the server says to visitors.
  { paths: ['server/languages/'], runTime: ['shared/domain/'], packages: [], node: false },
  { paths: ['server/jobs/'], runTime: ['shared/', ...ALL_CAPABILITIES], packages: [], node: true },
  { paths: ['server/cli/'], runTime: ['shared/', 'server/'], packages: [], node: true },
  {
    paths: ['server/middleware/'],
    runTime: ['shared/', ...ALL_CAPABILITIES],
    packages: ['hono', 'zod'],
    node: true,
  },
  {
    paths: ['server/routes/'],
    runTime: ['shared/', 'server/middleware/', ...ALL_CAPABILITIES],
    types: ['server/app.ts'],
    packages: ['hono', 'zod'],
    node: true,
  },
  {
    paths: ['server/app.ts', 'server/main.ts', 'server/config.ts'],
    runTime: ['shared/', 'server/'],
    packages: ['hono', '@hono/node-server', 'zod'],
    node: true,
  },
  { paths: ['demo/'], runTime: [], packages: [], node: true },
  // Pages of owners who have installed the package, and a framework.
  { paths: ['demo/react/'], runTime: [], packages: ['assent', 'react', 'react-dom'], node: true },
  { paths: ['demo/vue/'], runTime: [], packages: ['assent', 'vue'], node: true },
  { paths: ['demo/element/'], runTime: [], packages: ['assent'], node: true },
  { paths: ['demo/example.ts'], runTime: [], packages: ['vite'], node: true },
]

/** Everything that may stand at the top of the repository. */
export const TOP_LEVEL: readonly string[] = [
  '.ci',
  '.gitignore',
  'Dockerfile',
  'LICENSE',
  'README.md',
  'demo',
  'package-lock.json',
  'package.json',
  'server',
  'shared',
  'test',
  'tsconfig.json',
  'vite.config.ts',
  'widget',
]

/** The one place that may read the environment; everything else is handed what it needs. */
export const READS_ENVIRONMENT: readonly string[] = ['server/config.ts']

/** The server and the demo load built files by path, a page by the address of its server; nothing else hides what it imports. */
export const COMPUTED_IMPORTS: readonly string[] = [
  'demo/example.ts',
  'server/inventory/',
  'widget/snippet.ts',
  'widget/consent/fetch-view.ts',
  'widget/parts/debug.ts',
]

/** Names that say nothing about what is inside, and so collect everything. */
export const EMPTY_NAMES =
  /^(utils?|libs?|helpers?|commons?|core|misc|managers?)$|-(utils?|helpers?|managers?|service)$/
