import { nodeFault } from './cli/node-version.ts'

/** `node server/main.ts` is `assent serve`, for whoever runs the server without its command line. */
const fault = nodeFault(process.versions.node)
if (fault === undefined) {
  // Only now: what these import crashes or fails to load on an older Node.
  const { runCommand } = await import('./cli/run.ts')
  const { processTerminal } = await import('./cli/terminal.ts')
  process.exitCode = await runCommand(['serve', ...process.argv.slice(2)], processTerminal())
} else {
  process.stderr.write(`assent: ${fault}\n`)
  process.exitCode = 1
}
