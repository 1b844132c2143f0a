#!/usr/bin/env node
import { nodeFault } from './node-version.ts'

const fault = nodeFault(process.versions.node)
if (fault === undefined) {
  // Only now: what these import crashes or fails to load on an older Node.
  const { runCommand } = await import('./run.ts')
  const { processTerminal } = await import('./terminal.ts')
  process.exitCode = await runCommand(process.argv.slice(2), processTerminal())
} else {
  console.error(`assent: ${fault}`)
  process.exitCode = 1
}
