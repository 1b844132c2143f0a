import { existsSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import { readConfig, type Config } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { firstSite, type FirstAnswers } from '../inventory/first-site.ts'
import { publishSite } from '../inventory/publish.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { askFirst } from './init-questions.ts'
import { serverAddress, snippetFor } from './snippet.ts'
import type { Terminal } from './terminal.ts'
import { DIST } from './version.ts'

/** In the folder where the command runs. */
const FILE = 'site.json'

export const init: Command = {
  usage: 'init [--name <company> --website <address> …]',
  summary: 'Begins: asks what it has to know, writes site.json, publishes, prints the snippet.',
  help: `
On a terminal it asks for what the flags leave open; anywhere else, or with --yes, the flags have to say it.

  --name <text>        company or organisation
  --address <text>     its postal address
  --country <code>     its country, such as DE
  --email <address>    where questions about privacy go
  --website <address>  address of the website, such as https://www.shop.example
  --site <key>         site key (default from the website's address)
  --server <address>   address browsers will reach this server at (default ASSENT_URL, or http://localhost:8787)
  --language <list>    of en,de,ar; the first one is the default (default en)
  --analytics          the site uses analytics
  --marketing          it has marketing tags, or embeds such as videos or maps
  --messages <list>    people sign up for messages: of email,sms (default none)
  --per-month <n>      with --messages: how many a month at most
  --confirm <yes|no>   with --messages: each new yes counts once its address confirmed it (default yes with email)
  --terms <address>    with SMS to numbers of the United States or Canada: where the terms of the messages stand
  --yes                asks nothing
${DATA_HELP}

Nothing that exists is overwritten.

Example:
  assent init --yes --name "Shop Ltd" --address "1 Mill Lane, Leeds" --country GB --email privacy@shop.example \\
    --website https://www.shop.example --server https://consent.shop.example --analytics

Exit codes: 0 it is published, 1 something is in the way, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    name: { type: 'string' },
    address: { type: 'string' },
    country: { type: 'string' },
    email: { type: 'string' },
    website: { type: 'string' },
    site: { type: 'string' },
    server: { type: 'string' },
    language: { type: 'string' },
    analytics: { type: 'boolean' },
    marketing: { type: 'boolean' },
    messages: { type: 'string' },
    'per-month': { type: 'string' },
    confirm: { type: 'string' },
    terms: { type: 'string' },
    yes: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    refuseExisting(config)
    const built = await builtFrom(DIST)
    const today = new Date().toISOString().slice(0, 10)
    const talk = flags['yes'] === true ? undefined : terminal.converse
    const answers = talk
      ? await talk(ask => askFirst(flags, serverAddress(config), today, ask))
      : await askFirst(flags, serverAddress(config), today, undefined)
    const check = checkSiteConfiguration(firstSite(answers))
    if (!check.ok)
      throw new CommandError(
        `These answers make no valid configuration: ${check.faults.map(f => `${f.path} ${f.message}`).join('; ')}`,
        EXIT.usage,
      )
    writeFileSync(FILE, `${JSON.stringify(check.configuration, null, 2)}\n`, { flag: 'wx' })
    const data = await openData(config, Date.now)
    try {
      const published = await publishSite(data.ledger, data.folders, built, check.configuration)
      if (!published.ok) throw new CommandError(published.detail)
    } finally {
      await data.close()
    }
    for (const line of whatNow(answers, config, terminal)) terminal.out(line)
    return EXIT.ok
  },
}

/** Somebody's work is never replaced, and a key least of all. */
function refuseExisting(config: Config): void {
  const [ledger, subjectKeys] = ['ledger.db', 'subject-keys.db'].map(name => join(config.data, name))
  const keyFile = config.masterKey === undefined ? [config.masterKeyFile] : []
  const [found, ...others] = [resolve(FILE), ledger!, subjectKeys!, ...keyFile].filter(existsSync)
  if (found === undefined) return
  throw new CommandError(
    `${[found, ...others].join(', ')} ${others.length > 0 ? 'exist' : 'exists'} already, and nothing is overwritten: publish another site into it with "assent site publish <file>", or begin in an empty folder.`,
  )
}

function whatNow(answers: FirstAnswers, config: Config, { paint }: Terminal): string[] {
  const { site, server, website, channels, confirm } = answers
  const data = relative('', config.data) || '.'
  const where = data === 'data' ? '' : ` --data ${data}`
  const settings = server.startsWith('https:')
    ? `ASSENT_URL=${server} ASSENT_TRUSTED_PROXIES=127.0.0.1 `
    : server === serverAddress(config)
      ? ''
      : `ASSENT_URL=${server} ASSENT_PORT=${new URL(server).port || 80} `
  const key = config.masterKey === undefined ? config.masterKeyFile : 'ASSENT_MASTER_KEY'
  return [
    paint('good', `"${site}" is published for ${website}.`),
    '',
    `  ${FILE}  the configuration: texts, purposes, your services. Read it; it is yours, and public`,
    `  ${data}/  the ledger. Its keys are in ${data}/keys, the master key in ${relative('', key) || key}: back them up elsewhere`,
    '',
    'Paste this into <head> of every page, before what has to wait for consent:',
    '',
    snippetFor(site, server),
    '',
    'Then:',
    '',
    `  ${settings}npx --no assent serve${where}`,
    `  npx --no assent site publish ${FILE}${where}    after every change of it`,
    `  npx --no assent verify${where}    what the ledger holds, and whether it holds`,
    ...(channels.length > 0 && confirm
      ? [
          '',
          `Each new yes waits for its confirmation, and nothing asks for it before ${relative('', config.providersFile) || config.providersFile} says what`,
          `messages go out by (README, "Asking an address whether it was its person").`,
        ]
      : []),
  ]
}
