import { readFileSync } from 'node:fs'
import { parseStrictJson } from '../../shared/domain/strict-json.ts'
import { checkSiteConfiguration, type SiteCheck } from '../../shared/schemas/site-config.ts'
import { CommandError, EXIT } from './command.ts'

/** A configuration file, read and judged. */
export function checkSiteFile(path: string): SiteCheck {
  return checkSiteConfiguration(parseJson(path, readText(path)))
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CommandError(`Could not read ${path}: check the path`, EXIT.usage, { cause })
  }
}

export function parseJson(path: string, text: string): unknown {
  try {
    return parseStrictJson(text)
  } catch (cause) {
    throw new CommandError(`${path} is no JSON that reads one way only: correct it`, EXIT.findings, { cause })
  }
}
