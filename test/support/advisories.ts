import { isInRange } from './semver.ts'

/** As GitHub's advisory database answers, as far as it is read here. */
export interface Advisory {
  readonly ghsa_id: string
  readonly summary: string
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  readonly vulnerabilities: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string }
    readonly vulnerable_version_range: string
  }[]
}

export interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly name?: string }>>
}

/** Every installed package that an advisory speaks of, nested copies included: `critical hono@4.0.0: GHSA-…: …`. */
export function advisoryFindings(lock: LockFile, advisories: readonly Advisory[]): string[] {
  return installed(lock).flatMap(({ name, version }) =>
    advisories
      .filter(({ vulnerabilities }) =>
        vulnerabilities.some(
          each =>
            each.package.ecosystem === 'npm' &&
            each.package.name === name &&
            isInRange(version, each.vulnerable_version_range),
        ),
      )
      .map(({ severity, ghsa_id, summary }) => `${severity} ${name}@${version}: ${ghsa_id}: ${summary}`),
  )
}

export function installed(lock: LockFile): { name: string; version: string }[] {
  return Object.entries(lock.packages).flatMap(([path, { version, name }]) => {
    const found = name ?? path.split('node_modules/').at(-1)!
    return path && version ? [{ name: found, version }] : []
  })
}
