import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Finding, Placed } from './judge.ts'
import type { Scan } from './seen.ts'

export function htmlReport(
  _scan: Scan,
  _findings: readonly Finding[],
  _placed: readonly Placed[],
  _configuration: SiteConfiguration | undefined,
): string {
  return ''
}
