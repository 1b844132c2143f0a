import { readFileSync } from 'node:fs'
import { parseStrictJson } from '../../shared/domain/strict-json.ts'
import { checkSiteConfiguration, type SiteCheck } from '../../shared/schemas/site-config.ts'
import type { Built } from '../inventory/built.ts'
import { CommandError, EXIT } from './command.ts'
import { jsonFault } from './json-fault.ts'

/** A configuration file, read and judged: by its schema, and by what the built widget can show. */
export function checkSiteFile(path: string, built: Built): SiteCheck {
  const written = parseJson(path, readText(path))
  const check = checkSiteConfiguration(written)
  const known = new Set(check.ok ? [] : check.faults.map(fault => fault.path))
  const more = built.faults(written).filter(fault => !known.has(fault.path))
  return more.length === 0 ? check : { ok: false, faults: [...(check.ok ? [] : check.faults), ...more] }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CommandError(`Could not read ${path}: check the path`, EXIT.usage, { cause })
  }
}

export function parseJson(path: string, text: string): unknown {
  const fault = jsonFault(text)
  if (fault !== undefined) throw new CommandError(`${path} is not valid JSON: ${fault}.`)
  try {
    return parseStrictJson(text)
  } catch (cause) {
    throw new CommandError(`${path} is no JSON that reads one way only: correct it`, EXIT.findings, { cause })
  }
}
