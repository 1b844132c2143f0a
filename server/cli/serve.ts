import { randomUUID } from 'node:crypto'
import { faultText } from '../../shared/domain/log.ts'
import { readConfig } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { sitesIn } from '../inventory/current.ts'
import { publishedElsewhere } from '../inventory/elsewhere.ts'
import { differsFromBuilt } from '../inventory/publish.ts'
import { steadyClock } from '../ledger/steady-clock.ts'
import { DATA_HELP, DATA_OPTION, EXIT, textFlag, type Command } from './command.ts'
import { createLog } from './log.ts'
import { endOnFault, firstSignal, stopOn } from './run-until-stopped.ts'
import { startServer, type RunningServer } from './start-server.ts'
import type { Log } from '../../shared/domain/log.ts'
import { DIST } from './version.ts'

export const serve: Command = {
  usage: 'serve [--port <n>] [--host <name>]',
  summary: 'Serves the widget, takes decisions and answers for the log.',
  help: `
  --port <n>        port (default 8787, or ASSENT_PORT; 0 takes any free one)
  --host <name>     address to listen on (default 127.0.0.1, or ASSENT_HOST)
${DATA_HELP}

Settings from the environment only:
  ASSENT_URL               address browsers use; https for anything but localhost
  ASSENT_MASTER_KEY        64 random hex digits, instead of the key file
  ASSENT_MASTER_KEY_NEW    the one that is to follow it: for "assent master-key rotate" only
  ASSENT_MASTER_KEY_FILE   key file (default <data>/keys/master.key, mode 600)
  ASSENT_PROVIDERS_FILE    by what each site sends e-mail and SMS (default <data>/keys/providers.json, mode 600)
  ASSENT_HOLD_HOURS        a message that may be a no is one when nobody has looked for so long (default 48)
  ASSENT_CHECKPOINT_MS     how often a grown log is signed (default 1000)
  ASSENT_WITNESSES         who cosigns it: a file with "<https address> <key>" on every line, or such a list between
                           commas; the key is the line a witness prints, see "assent witness --help"
  ASSENT_WITNESS_MS        how often at most a witness is shown a log that grew (default 10000)
  ASSENT_LOG_LEVEL         info, warn or error: the least that is logged (default info)
  ASSENT_ACCESS_LOG        1: a line per request too, with its route, status, time, bytes and network (IPv4 /24,
                           IPv6 /48); no address, query or id is in it
  ASSENT_METRICS_PORT      GET /metrics for Prometheus, on 127.0.0.1 and this port only (default: none)

An https address is production. TLS then ends in a proxy in front, or here; one of the two has to be set:
  ASSENT_TRUSTED_PROXIES   addresses or networks of your proxies, such as 127.0.0.1,10.0.0.0/8
  ASSENT_REGION_HEADER     header in which they tell a visitor's country, or two with its part, such as
                           CF-IPCountry,CF-Region-Code; for sites with rules by region
  ASSENT_TLS_CERT          file with the certificate chain; read when the server starts
  ASSENT_TLS_KEY           file with its key, mode 600

Limits, before anything becomes an entry; above them the answer is 429 and browsers keep what they have to say:
  ASSENT_LIMIT_PER_MINUTE     decisions a minute for a site and network (IPv4 /24, IPv6 /48; default 120)
  ASSENT_LIMIT_BURST          how many of them may come at once (default 240)
  ASSENT_LIMIT_SITE_PER_HOUR  decisions an hour for a site, from everywhere (default 100000)

Stops on SIGTERM or Ctrl+C after answering what it took; a second signal ends it at once.

Example:
  assent serve --port 8787 --data ./data

Exit codes: 0 stopped as asked, 1 could not start, 2 a setting was not understood.`,
  options: { ...DATA_OPTION, port: { type: 'string' }, host: { type: 'string' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const config = readConfig(
      Object.fromEntries(
        ['data', 'port', 'host'].flatMap(name => {
          const value = textFlag(flags[name])
          return value === undefined ? [] : [[name, value]]
        }),
      ),
      environment,
    )
    const log = createLog(line => void process.stderr.write(line), Date.now, config.logLevel)
    const signal = firstSignal()
    endOnFault(log)
    const server = await startServer(config, { log, now: steadyClock(Date.now), newId: randomUUID })
    const { store } = server.data.ledger
    log.info('listening', { address: server.address, sites: store.sites().length })
    terminal.out(`Assent listens on ${server.address}, data in ${config.data}`)
    // Any free port was asked for: which one it is, only the server knows.
    warnOfOtherAddresses(server, new URL(config.url).port === '0' ? server.address : config.url, log)
    await warnOfOlderPublications(server, log)
    await stopOn(signal, () => server.stop(), log)
    return EXIT.ok
  },
}

/** Pages with that snippet ask another server, or nobody, and links in messages lead to this one: nothing else would say so. */
function warnOfOtherAddresses({ data }: RunningServer, served: string, log: Log): void {
  const siteOf = sitesIn(data.ledger.store)
  for (const site of data.ledger.store.sites()) {
    const hosts = publishedElsewhere(siteOf(site)!.configuration, served)
    if (hosts)
      log.warn('published for another address', {
        site,
        published: hosts.join(', '),
        served,
        do: 'start it with ASSENT_URL set to the address in the snippet; or correct "hosts" of the service with the cookie of Assent, publish, and paste the snippet of "assent site snippet"',
      })
  }
}

/** An upgrade changes nothing visitors see by itself; whoever upgraded should know that. */
async function warnOfOlderPublications({ data }: RunningServer, log: Log): Promise<void> {
  try {
    const built = await builtFrom(DIST)
    for (const site of data.ledger.store.sites())
      if (differsFromBuilt(data.ledger, built, site))
        log.warn('published with another version', {
          site,
          do: 'publish it again to serve the current widget',
        })
  } catch (fault) {
    log.warn('built files not usable', { why: faultText(fault) })
  }
}
