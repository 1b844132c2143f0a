import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import { readConfig } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { NoBrowser } from '../scan/browser.ts'
import { classifier } from '../scan/classify.ts'
import { BadCookieDatabase, readCookieDatabase, type DatabaseCookie } from '../scan/cookie-database.ts'
import { GRAVE } from '../scan/finding.ts'
import { judge, place } from '../scan/judge.ts'
import { propose, withProposal } from '../scan/patch.ts'
import { htmlReport } from '../scan/report.ts'
import { scanSite } from '../scan/scan.ts'
import { OUR_BUTTONS, type Buttons } from '../scan/visit.ts'
import {
  CommandError,
  DATA_HELP,
  DATA_OPTION,
  EXIT,
  dataFlag,
  textFlag,
  type Command,
  type Flag,
  type Invocation,
} from './command.ts'
import { openData } from './data.ts'
import { scanLines } from './scan-report.ts'
import { parseJson, readText } from './site-file.ts'

export const scan: Command = {
  usage: 'scan <url...> [--config <file> | --site <key>]',
  summary: 'Opens your pages in a real browser, and says what leaks before consent or after a refusal.',
  help: `
  --config <file>      the site's configuration, which what is seen is compared with
  --site <key>         the published configuration of that site instead
  --crawl <pages>      follows links of the same origin, up to so many pages
  --cookies <file>     names more cookies: a CSV file in the format of the Open Cookie Database
  --html <folder>      writes index.html there, one file with pictures of every state
  --json               answers as JSON
  --patch              prints what the configuration lacks as a JSON patch (RFC 6902), and nothing else
  --write <file>       writes the configuration with all that in it there; what is new is proposed, never approved
  --strict             what is undeclared, doubtful or declared otherwise counts as well
  --before-only        looks only at what happens before any choice: for a site that asks nothing
  --wait <seconds>     how long each state of a page is watched (default 3)
  --accept <selector>  the button that grants all, where the banner is not Assent's
  --reject <selector>  the button that refuses all
  --withdraw <selector>  what takes a yes back; given several times, pressed one after the other
  --browser <file>     a Chromium, Chrome or Edge; found by itself in the usual places
  --browser-argument <argument>  handed to the browser, such as --browser-argument=--proxy-server=...; may be given several times
${DATA_HELP}

Every page is opened in fresh profiles: before any choice, after closing the question, after refusing, after accepting and
after withdrawing, each with a second look at the page. Cookies, storage, databases, workers and every host asked are listed
with the script that caused them. Nothing of your site is sent anywhere. What the built-in table or the cookie file says of a
name is a first guess: which purpose it serves, you know. A scan shows what happened on these pages and not what may happen.
Visits count as opt-in ones: a site that other regimes allow more is held to the strictest.
It needs the package playwright-core, and a browser.

Examples:
  assent scan https://www.shop.example --config site.json --crawl 20
  assent scan https://www.shop.example --config site.json --html report --write site.new.json

Exit codes: 0 nothing leaked, 1 something did or a choice could not be made, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    config: { type: 'string' },
    site: { type: 'string' },
    crawl: { type: 'string', default: '0' },
    cookies: { type: 'string' },
    html: { type: 'string' },
    json: { type: 'boolean' },
    patch: { type: 'boolean' },
    write: { type: 'string' },
    strict: { type: 'boolean' },
    'before-only': { type: 'boolean' },
    wait: { type: 'string', default: '3' },
    accept: { type: 'string' },
    reject: { type: 'string' },
    withdraw: { type: 'string', multiple: true },
    browser: { type: 'string' },
    'browser-argument': { type: 'string', multiple: true },
  },
  words: [1, 100],
  async run({ flags, words, terminal, environment }) {
    const urls = words.map(readUrl)
    const [crawl, wait] = [numberFlag(flags, 'crawl', 1_000), numberFlag(flags, 'wait', 60)]
    const [html, write, browser] = ['html', 'write', 'browser'].map(name => textFlag(flags[name]))
    const database = readCookies(textFlag(flags['cookies']))
    const configuration = await readConfiguration(flags, environment)
    const wantsPatch = flags['patch'] === true || write !== undefined
    if (wantsPatch && !configuration)
      throw new CommandError('Name the configuration to be completed with --config or --site.', EXIT.usage)
    if (write !== undefined && existsSync(write))
      throw new CommandError(`${write} is there already: move it, or name another file.`)
    const classify = classifier(database)
    const seen = await scanSite(urls, {
      browser: {
        ...(browser !== undefined && { path: browser }),
        arguments: listFlag(flags['browser-argument']),
      },
      buttons: readButtons(flags),
      crawl,
      wait: wait * 1_000,
      onlyBefore: flags['before-only'] === true,
      progress: text => terminal.progress(text),
    }).catch((fault: unknown) => {
      throw fault instanceof NoBrowser ? new CommandError(`${fault.message}.`) : fault
    })
    const placed = place(seen, configuration, classify)
    const findings = judge(seen, placed, configuration, classify)
    const proposal = configuration && propose(findings, placed, configuration)
    if (html !== undefined) {
      mkdirSync(html, { recursive: true })
      writeFileSync(join(html, 'index.html'), htmlReport(seen, findings, placed, configuration))
      terminal.err(`The report is ${join(html, 'index.html')}.`)
    }
    if (write !== undefined && configuration && proposal) {
      writeFileSync(write, `${JSON.stringify(withProposal(configuration, proposal), null, 2)}\n`, {
        flag: 'wx',
      })
      terminal.err(
        `${write} has ${proposal.operations.length} additions, none of them approved: describe each, then publish it.`,
      )
    }
    for (const note of wantsPatch ? (proposal?.notes ?? []) : []) terminal.err(note)
    if (flags['patch'] === true) terminal.out(JSON.stringify(proposal?.operations, null, 2))
    else if (flags['json'] === true) {
      terminal.out(
        JSON.stringify({ ...seen, shots: undefined, findings, patch: proposal?.operations ?? [] }, null, 2),
      )
    } else for (const line of scanLines(seen, findings, terminal)) terminal.out(line)
    const isStrict = flags['strict'] === true
    const counts = findings.some(({ kind }) => GRAVE.includes(kind) || (isStrict && kind !== 'unseen'))
    return counts ? EXIT.findings : EXIT.ok
  },
}

function readUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(`"${text}" is no web address: write it with https:// or http://.`, EXIT.usage)
  return url.href
}

function numberFlag(flags: Invocation['flags'], name: string, most: number): number {
  const number = Number(textFlag(flags[name]) || 'none')
  if (!(number >= 0 && number <= most))
    throw new CommandError(`--${name} is a number up to ${most}.`, EXIT.usage)
  return number
}

const listFlag = (flag: Flag): readonly string[] => (Array.isArray(flag) ? (flag as readonly string[]) : [])

function readButtons(flags: Invocation['flags']): Buttons {
  const [accept, reject] = ['accept', 'reject'].map(name => textFlag(flags[name]))
  const withdraw = listFlag(flags['withdraw'])
  if (accept === undefined && reject === undefined && withdraw.length === 0) return OUR_BUTTONS
  if (accept === undefined || reject === undefined)
    throw new CommandError('Another banner is known by both --accept and --reject.', EXIT.usage)
  return { accept, reject, ...(withdraw.length > 0 && { withdraw }) }
}

function readCookies(file: string | undefined): DatabaseCookie[] {
  if (file === undefined) return []
  try {
    return readCookieDatabase(readText(file))
  } catch (cause) {
    if (cause instanceof BadCookieDatabase)
      throw new CommandError(`${file} is no cookie database: ${cause.message}.`, EXIT.usage, { cause })
    throw cause
  }
}

async function readConfiguration(
  flags: Invocation['flags'],
  environment: Invocation['environment'],
): Promise<SiteConfiguration | undefined> {
  const [file, key] = ['config', 'site'].map(name => textFlag(flags[name]))
  if (file !== undefined) {
    const check = checkSiteConfiguration(parseJson(file, readText(file)))
    if (!check.ok)
      throw new CommandError(`${file} has faults: "assent site check ${file}" names them.`, EXIT.usage)
    return check.configuration
  }
  if (key === undefined) return undefined
  const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
  try {
    const site = sitesIn(data.ledger.store)(key)
    if (!site) throw new CommandError(`There is no site "${key}": "assent site list" names them.`)
    return site.configuration
  } finally {
    await data.close()
  }
}
