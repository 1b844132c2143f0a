/** `npm start`: builds what is missing, starts the server and serves two demo sites beside it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readOptions } from './options.ts'
import { portsThatAreTaken } from './ports.ts'
import { configurationFor, DEMO_SITES } from './sites.ts'
import { runToEnd, startServer } from './processes.ts'
import { serveSite } from './serve-site.ts'

const ROOT = join(import.meta.dirname, '..')
const CLI = join(ROOT, 'server', 'cli', 'main.ts')

async function main(): Promise<void> {
  const { portBase, data } = readOptions(process.argv.slice(2))
  const sites = DEMO_SITES.map((site, i) => ({ ...site, port: portBase + 1 + i }))
  const taken = await portsThatAreTaken([portBase, ...sites.map(({ port }) => port)])
  if (taken.length > 0) {
    throw new Error(
      `${taken.length > 1 ? 'Ports' : 'Port'} ${taken.join(', ')} ${taken.length > 1 ? 'are' : 'is'} taken by another program. Stop it, or choose other ports: npm start -- --port-base 9000`,
    )
  }
  await runToEnd('build', [join(ROOT, '.ci', 'build.ts'), '--if-stale'])
  mkdirSync(data, { recursive: true })
  for (const site of sites) {
    const file = configurationFor(site, data)
    // One after the other: each is a process of its own on the same database.
    // oxlint-disable-next-line no-await-in-loop
    await runToEnd(`publish ${site.id}`, [CLI, 'site', 'publish', file, '--data', data])
  }
  writeMessagesToTheLog(data)
  const host = `http://localhost:${portBase}`
  const server = await startServer([CLI, 'serve', '--data', data, '--port', String(portBase)], host)
  const snippet = readFileSync(join(ROOT, 'dist', 'snippet.html'), 'utf8')
  const pages = await Promise.all(
    sites.map(({ id, folder, port }) => serveSite({ site: id, folder, port, host, snippet })),
  )
  console.log(whatNext(host, relative(process.cwd(), data), sites))
  const code = await server.ended
  for (const page of pages) page.close()
  process.exitCode = code
}

/** Nobody of the demo is written to: what would be sent stands in this terminal, with the link to follow. */
function writeMessagesToTheLog(data: string): void {
  const file = join(data, 'keys', 'providers.json')
  if (existsSync(file)) return
  const sites = DEMO_SITES.map(({ id }) => {
    const toTheLog = { log: true, from: `${id}@demo.example` }
    return [id, { email: toTheLog, sms: toTheLog }]
  })
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sites), null, 2)}\n`, { mode: 0o600 })
}

const whatNext = (host: string, folder: string, sites: readonly { name: string; port: number }[]): string => `
  Consent server     ${host}
  Its API            ${host}/v1/api.html
${sites.map(({ name, port }) => `  ${name.padEnd(19)}http://localhost:${port}`).join('\n')}

  What to do next
    1. Open http://localhost:${sites.at(-1)!.port} and decide about cookies: accept, reject or choose.
    2. In a second terminal, ask the ledger whether exactly that is in it: npm run assent -- verify${folder === 'data' ? '' : ` --data ${folder}`}
    3. Come back to the page, change your mind with the button in the corner, and verify again.

  Stop with Ctrl+C.
`

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
