import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import {
  EVIDENCE_LEVELS,
  MESSAGE_BASES,
  type EvidenceLevel,
  type MessageBasis,
} from '../../shared/domain/marketing.ts'
import { CHANNELS, isChannel, type Channel, type Program } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { sitesIn, type CurrentSite } from '../inventory/current.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import type { HistoryQuestion } from '../marketing/history/acts.ts'
import { readNamedColumn, type NamedColumn } from '../marketing/history/columns.ts'
import { FIELDS, FORMAT_IDS, type FormatId } from '../marketing/history/formats.ts'
import { DATE_ORDERS, isZone, readMoment, type DateOrder } from '../marketing/history/moment.ts'
import { planHistory, type HistoryPlan } from '../marketing/history/plan.ts'
import { readHistory, type HistoryFile } from '../marketing/history/read.ts'
import { rejectsCsv } from '../marketing/history/rejects.ts'
import { HISTORY_KINDS, type HistoryKind } from '../marketing/history/row.ts'
import { storeHistory } from '../marketing/history/store.ts'
import { BadList } from '../marketing/lists/bad-list.ts'
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
import { openData, type OpenData } from './data.ts'
import { planJson, planLines, storedLine } from './list-import-report.ts'
import type { Terminal } from './terminal.ts'

const FORMATS = FORMAT_IDS.filter(id => id !== 'twilio-log')

export const listImport: Command = {
  usage:
    'list import <file> --site <key> --channel <channel> --as <consents|suppressions> [--program <id>] [--store]',
  summary: 'Brings consents and opt-outs from another system; first shows what would come of them.',
  help: `
  --site <key>          the site it is for
  --channel <channel>   email or sms; a file with both is brought once for each
  --as <kind>           consents: who agreed, and whoever the file says has left; suppressions: only who has left
  --program <id>        the program that was agreed to; a national number is one of its first country
  --format <name>       ${FORMATS.join(', ')}; told by its columns when left out
  --column <which>      such as "Signed up=time", or 3=time: that column holds that field; may be given several times.
                        Fields: ${FIELDS.slice(0, 8).join(', ')},
                        ${FIELDS.slice(8).join(', ')}
  --dates <order>       mdy or dmy: what 03/04/2024 means, which is never guessed
  --zone <name>         the zone of times that name none, such as Europe/Berlin (default UTC)
  --as-of <date>        the day the file was made: a no without a date counts from its end (default: now)
  --words <file>        a text file with exactly the words that everybody in the list agreed to
  --page <address>      where everybody in the list agreed
  --collection-point <id>  the collection point of the site where they did: its words and its place
  --language <tag>      the language of those words, such as de
  --evidence <level>    full, partial or asserted: trusts the list no further than that, whatever it has
  --basis <basis>       what writing to them rests on (default consent); any other with --reason
  --reason <text>       why that basis applies
  --shares-with <name>  of a program that shares: with whom they agreed to share
  --scope <scope>       all or program: what an unsubscription ends (default all of the channel, as bounces and complaints do)
  --rejects <file>      writes every row that is not recorded there, with why
  --store               stores it, after asking; without this nothing is stored
  --yes                 does not ask
  --json                answers as JSON
${DATA_HELP}

This is for lists from another system. "assent import" is for the signed export of another Assent log.

Nobody is written to. A yes counts only if it was given after every no on record, and one without a date is older than any
no. How much each row has to show decides whether it may be sent to: full (when, which words, where), partial (when, and not
all of it), asserted (not even when). Brought again, or stopped in the middle and run again, nothing is there twice.

Examples:
  assent list import subscribed.csv --site shop --channel email --as consents --program news
  assent list import optouts.csv --site shop --channel sms --as suppressions --store --yes

Exit codes: 0 done, or it could be, 1 the file cannot be read or nothing was stored, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    channel: { type: 'string' },
    as: { type: 'string' },
    program: { type: 'string' },
    format: { type: 'string', default: 'auto' },
    column: { type: 'string', multiple: true },
    dates: { type: 'string' },
    zone: { type: 'string', default: 'UTC' },
    'as-of': { type: 'string' },
    words: { type: 'string' },
    page: { type: 'string' },
    'collection-point': { type: 'string' },
    language: { type: 'string' },
    evidence: { type: 'string' },
    basis: { type: 'string', default: 'consent' },
    reason: { type: 'string' },
    'shares-with': { type: 'string' },
    scope: { type: 'string', default: 'all' },
    rejects: { type: 'string' },
    store: { type: 'boolean' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const said = readFlags(flags)
    const store = flags['store'] === true
    const rejects = textFlag(flags['rejects'])
    if (rejects !== undefined && existsSync(rejects))
      throw new CommandError(`${rejects} is there already: move it, or name another file.`)
    if (store && flags['yes'] !== true && !terminal.converse)
      throw new CommandError('Nobody is there to be asked: repeat it with --yes to store.', EXIT.usage)
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: !store })
    try {
      const site = sitesIn(data.ledger.store)(said.site)
      if (!site)
        throw new CommandError(`There is no site "${said.site}": "assent site list" names those there are.`)
      const question = questionOf(site, said)
      const list = await readList(file, terminal, said)
      const plan = planHistory(data.ledger, site, list, question, rows =>
        terminal.progress(`${rows} of ${list.rows.length} rows looked at`),
      )
      const told = { file, list, plan, question, site, terminal }
      const json = flags['json'] === true
      if (!json) planLines(told).forEach(line => terminal.out(line))
      if (rejects !== undefined)
        writeFileSync(rejects, [...rejectsCsv(list, plan.rows)].join(''), { mode: 0o600, flag: 'wx' })
      if (!store) {
        if (json) terminal.out(JSON.stringify(planJson(told), null, 2))
        else terminal.out('Nothing was stored: --store stores it.')
        return EXIT.ok
      }
      if (flags['yes'] !== true) await confirm(plan, terminal)
      const done = await bring(data, site, plan, terminal)
      if (json) terminal.out(JSON.stringify(planJson({ ...told, done }), null, 2))
      else terminal.out(storedLine(plan, done))
      return Object.keys(done.refused).length === 0 ? EXIT.ok : EXIT.findings
    } catch (cause) {
      if (cause instanceof BadList) throw new CommandError(`${file}: ${cause.message}.`)
      throw cause
    } finally {
      terminal.progress('')
      await data.close()
    }
  },
}

interface Said {
  readonly site: string
  readonly channel: Channel
  readonly as: HistoryKind
  readonly program?: string
  readonly format: FormatId | 'auto'
  readonly columns: readonly NamedColumn[]
  readonly order?: DateOrder
  readonly zone: string
  readonly asOf?: number
  readonly evidence?: EvidenceLevel
  readonly basis: MessageBasis
  readonly scope: 'all' | 'program'
  readonly texts: Readonly<
    Partial<Record<'words' | 'page' | 'collection-point' | 'language' | 'reason' | 'shares-with', string>>
  >
}

function readFlags(flags: Invocation['flags']): Said {
  const text = (name: string) => textFlag(flags[name])
  const oneOf = <T extends string>(name: string, known: readonly T[]): T => {
    const found = known.find(value => value === text(name))
    if (found === undefined) throw new CommandError(`--${name} is one of: ${known.join(', ')}.`, EXIT.usage)
    return found
  }
  const optional = <T extends string>(name: string, known: readonly T[]): T | undefined =>
    text(name) === undefined ? undefined : oneOf(name, known)

  const [site, channel, program, zone = 'UTC'] = ['site', 'channel', 'program', 'zone'].map(text)
  if (site === undefined || !isChannel(channel))
    throw new CommandError(
      `Write "assent ${listImport.usage}", with ${CHANNELS.join(' or ')} as the channel.`,
      EXIT.usage,
    )
  const as = oneOf('as', HISTORY_KINDS)
  if (as === 'consents' && program === undefined)
    throw new CommandError('Consent is to something: name the program with --program.', EXIT.usage)
  if (!isZone(zone))
    throw new CommandError(`--zone is a zone such as Europe/Berlin, and "${zone}" is none.`, EXIT.usage)
  const basis = oneOf('basis', MESSAGE_BASES)
  if (textFlag(flags['scope']) === 'program' && program === undefined)
    throw new CommandError('Name the program that ends with --program.', EXIT.usage)
  if (basis !== 'consent' && text('reason') === undefined)
    throw new CommandError(`Say with --reason why it rests on ${basis} and not on consent.`, EXIT.usage)
  const scope = oneOf('scope', ['all', 'program'] as const)
  const [order, evidence] = [optional('dates', DATE_ORDERS), optional('evidence', EVIDENCE_LEVELS)]
  const asOf = readAsOf(text('as-of'), zone)
  const words = text('words')
  return {
    site,
    channel,
    as,
    ...(program !== undefined && { program }),
    format: oneOf('format', ['auto', ...FORMAT_IDS] as const),
    columns: readColumns(flags['column']),
    ...(order && { order }),
    zone,
    ...(asOf !== undefined && { asOf }),
    ...(evidence && { evidence }),
    basis,
    scope,
    texts: Object.fromEntries(
      [
        ['words', words === undefined ? undefined : wordsIn(words)],
        ...['page', 'collection-point', 'language', 'reason', 'shares-with'].map(name => [name, text(name)]),
      ].filter(([, value]) => value !== undefined),
    ) as Said['texts'],
  }
}

function readColumns(given: Flag): NamedColumn[] {
  return (Array.isArray(given) ? given : []).map((text: string) => {
    const named = readNamedColumn(text)
    if (!named)
      throw new CommandError(
        `--column "${text}" is not understood: write the name of a column, "=", and one of ${FIELDS.join(', ')}.`,
        EXIT.usage,
      )
    return named
  })
}

function readAsOf(text: string | undefined, zone: string): number | undefined {
  if (text === undefined) return undefined
  const day = readMoment(text, { zone })
  if (typeof day === 'string') throw new CommandError('--as-of is a date such as 2026-11-28.', EXIT.usage)
  if (day.first > Date.now())
    throw new CommandError('--as-of is the day the file was made, and that has been.', EXIT.usage)
  return Math.min(day.last, Date.now())
}

function wordsIn(file: string): string {
  try {
    const words = readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .trim()
    if (words !== '' && words.length <= 10_000) return words
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: name a text file with the words.`, EXIT.findings, {
      cause,
    })
  }
  throw new CommandError(
    `${file} has no words, or more than 10,000 letters: only what was agreed to belongs in it.`,
  )
}

function questionOf(site: CurrentSite, said: Said): HistoryQuestion {
  const { channel, as, program, scope, basis, evidence, asOf, texts, order, zone } = said
  const { programs, collectionPoints = [], languages } = site.configuration
  const known = programs.find(({ id }) => id === program)
  if (program !== undefined && !known)
    throw new CommandError(`"${site.key}" has no program "${program}"${named(programs)}.`)
  if (known ? !hasChannel(known, channel) : !programs.some(p => hasChannel(p, channel)))
    throw new CommandError(`"${program ?? site.key}" writes nobody by ${channel}.`)
  if (as === 'consents' && known?.sharesWith !== texts['shares-with'])
    throw new CommandError(
      known?.sharesWith === undefined
        ? `"${program}" shares with nobody: leave --shares-with out.`
        : `"${program}" shares with ${known.sharesWith}: bring only who agreed to that, with --shares-with "${known.sharesWith}".`,
    )
  const pointId = texts['collection-point']
  const point = collectionPoints.find(({ id }) => id === pointId)
  if (pointId !== undefined && (!point || !point.programs.includes(program ?? '')))
    throw new CommandError(
      `"${site.key}" has no collection point "${pointId}" for "${program}"${named(collectionPoints)}.`,
    )
  const language =
    texts.language ??
    (point && (languages.find(tag => point.text[tag] !== undefined) ?? Object.keys(point.text)[0]))
  const words = texts.words ?? (language === undefined ? undefined : point?.text[language])
  if (point && words === undefined)
    throw new CommandError(`Collection point "${point.id}" has no words in "${language}".`)
  const text =
    point && texts.words === undefined ? site.files[`collection.${point.id}.${language}`] : undefined
  return {
    channel,
    as,
    ...(program !== undefined && { program }),
    scope,
    basis,
    ...(texts.reason !== undefined && { reason: texts.reason }),
    ...(evidence && { evidence }),
    ...(words !== undefined && { words }),
    ...(texts.page !== undefined && { page: texts.page }),
    ...(point && { collectionPoint: point.id }),
    ...(text !== undefined && { text }),
    ...(language !== undefined && { language }),
    ...(known?.sharesWith !== undefined && as === 'consents' && { sharesWith: known.sharesWith }),
    ...(asOf !== undefined && { asOf }),
    actor: 'command:list-import',
    configuration: site.hash,
    reading: { order, zone },
  }
}

const named = (known: readonly Pick<Program, 'id'>[]): string =>
  known.length > 0 ? `: it has ${known.map(({ id }) => id).join(', ')}` : ''

async function readList(file: string, terminal: Terminal, said: Said): Promise<HistoryFile> {
  const { size } = statOf(file)
  let read = 0
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      read += chunk.length
      terminal.progress(`${Math.floor((100 * read) / size)} % of ${file} read`)
      yield chunk
    }
  }
  return readHistory(bytes(), { ...said, now: Date.now() })
}

function statOf(file: string): { readonly size: number } {
  try {
    const stat = statSync(file)
    if (stat.isFile()) return stat
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: name a CSV file.`, EXIT.findings, { cause })
  }
  throw new CommandError(`${file} is no file: name a CSV file.`)
}

async function confirm({ tally: { stored } }: HistoryPlan, { converse }: Terminal): Promise<void> {
  const answer = await converse!(ask =>
    ask(`Store ${stored} rows? Entries are never taken out again. Type "store": `),
  )
  if (answer.trim() !== 'store') throw new CommandError('Nothing was stored.')
}

async function bring({ ledger }: OpenData, site: CurrentSite, plan: HistoryPlan, terminal: Terminal) {
  requireContinuity(ledger, site.key)
  const done = await storeHistory(ledger, site.key, plan.acts, site.configuration, stored =>
    terminal.progress(`${stored} of ${plan.acts.length} stored`),
  )
  checkpoint(ledger, site.key)
  return done
}
