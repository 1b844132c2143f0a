/** `node demo/frameworks.ts react`: starts a server, and the page of one framework beside it. Another port may follow. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXAMPLES, serveExample } from './example.ts'
import { portsThatAreTaken } from './ports.ts'
import { runToEnd, startServer } from './processes.ts'
import { configurationFor, DEMO_SITES } from './sites.ts'

const ROOT = join(import.meta.dirname, '..')
const CLI = join(ROOT, 'server', 'cli', 'main.ts')
const USUAL_PORT = 8790

async function main(): Promise<void> {
  const [, , asked, port = USUAL_PORT] = process.argv
  const name = EXAMPLES.find(each => each === asked)
  const serverPort = Number(port)
  const pagePort = serverPort + 1
  if (!name) throw new Error(`Which one? node demo/frameworks.ts ${EXAMPLES.join(' | ')}`)
  const taken = await portsThatAreTaken([serverPort, pagePort])
  if (taken.length > 0) throw new Error(`Another program has port ${taken.join(' and ')}. Stop it first.`)
  await runToEnd('build', [join(ROOT, '.ci', 'build.ts'), '--if-stale'])
  const data = resolve(`data-${serverPort}`)
  mkdirSync(data, { recursive: true })
  const loom = DEMO_SITES.find(({ id }) => id === 'loom')!
  const file = configurationFor({ ...loom, port: pagePort }, data)
  await runToEnd('publish loom', [CLI, 'site', 'publish', file, '--data', data])
  const host = `http://localhost:${serverPort}`
  const server = await startServer([CLI, 'serve', '--data', data, '--port', `${serverPort}`], host)
  const page = await serveExample(
    {
      name,
      folder: join(import.meta.dirname, name),
      // Within `node_modules`, where the frameworks are found from.
      into: join(ROOT, 'node_modules', '.cache', 'assent', `example-${name}`),
      server: host,
    },
    pagePort,
  )
  console.log(`\n  The page is at http://localhost:${pagePort}. Stop with Ctrl+C.\n`)
  process.exitCode = await server.ended
  page.close()
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
