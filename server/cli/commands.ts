import type { Command } from './command.ts'

type Commands = Readonly<Record<string, () => Promise<Command>>>

/** Every command, in the order and under the titles of `assent help`; each is loaded only when it is asked for. */
export const GROUPS: Readonly<Record<string, Commands>> = {
  'Begin and run': {
    init: async () => (await import('./init.ts')).init,
    serve: async () => (await import('./serve.ts')).serve,
  },
  'Your site': {
    'site check': async () => (await import('./site-check.ts')).siteCheck,
    'site publish': async () => (await import('./site-publish.ts')).sitePublish,
    'site rollback': async () => (await import('./site-rollback.ts')).siteRollback,
    'site list': async () => (await import('./site-list.ts')).siteList,
    'site points': async () => (await import('./site-points.ts')).sitePoints,
    'site snippet': async () => (await import('./site-snippet.ts')).siteSnippet,
    'site guard': async () => (await import('./site-guard.ts')).siteGuard,
    'site gtm-template': async () => (await import('./site-gtm-template.ts')).siteGtmTemplate,
    'site gpc-json': async () => (await import('./site-gpc-json.ts')).siteGpcJson,
    'site csp': async () => (await import('./site-csp.ts')).siteCsp,
    'site schema': async () => (await import('./site-schema.ts')).siteSchema,
    scan: async () => (await import('./scan.ts')).scan,
    migrate: async () => (await import('./migrate.ts')).migrateCommand,
  },
  'A list': {
    check: async () => (await import('./check.ts')).check,
    'list import': async () => (await import('./list-import.ts')).listImport,
    'check history': async () => (await import('./check-history.ts')).checkHistory,
  },
  'One person': {
    status: async () => (await import('./status.ts')).status,
    messages: async () => (await import('./messages.ts')).messages,
    history: async () => (await import('./history.ts')).history,
    receipt: async () => (await import('./receipt.ts')).receipt,
    revoke: async () => (await import('./revoke.ts')).revoke,
    'holds list': async () => (await import('./holds.ts')).holdsList,
    'holds release': async () => (await import('./holds.ts')).holdsRelease,
    'holds opt-out': async () => (await import('./holds.ts')).holdsOptOut,
    evidence: async () => (await import('./evidence.ts')).evidence,
    erase: async () => (await import('./erase.ts')).erase,
  },
  'Other systems': {
    'hook add': async () => (await import('./hooks/hook-add.ts')).hookAdd,
    'hook list': async () => (await import('./hooks/hook-list.ts')).hookList,
    'hook log': async () => (await import('./hooks/hook-log.ts')).hookLog,
    'hook test': async () => (await import('./hooks/hook-test.ts')).hookTest,
    'hook replay': async () => (await import('./hooks/hook-replay.ts')).hookReplay,
    'hook rotate': async () => (await import('./hooks/hook-rotate.ts')).hookRotate,
    'hook pause': async () => (await import('./hooks/hook-state.ts')).hookPause,
    'hook resume': async () => (await import('./hooks/hook-state.ts')).hookResume,
    'hook remove': async () => (await import('./hooks/hook-state.ts')).hookRemove,
  },
  Evidence: {
    'carrier-pack': async () => (await import('./carrier-pack.ts')).carrierPackCommand,
    verify: async () => (await import('./verify.ts')).verify,
    'verify clearance': async () => (await import('./verify-clearance.ts')).verifyClearanceFile,
    export: async () => (await import('./export.ts')).exportLog,
    import: async () => (await import('./import.ts')).importLog,
    witness: async () => (await import('./witness.ts')).witness,
  },
  'Backups, and what went wrong': {
    'backup key': async () => (await import('./backup-key.ts')).backupKey,
    backup: async () => (await import('./backup.ts')).backup,
    drill: async () => (await import('./drill.ts')).drill,
    restore: async () => (await import('./restore.ts')).restore,
    'log resume': async () => (await import('./log-resume.ts')).logResume,
    rebuild: async () => (await import('./rebuild.ts')).rebuild,
    compact: async () => (await import('./compact.ts')).compact,
  },
  Keys: {
    'key new': async () => (await import('./key-new.ts')).keyNew,
    'key list': async () => (await import('./key-list.ts')).keyList,
    'key revoke': async () => (await import('./key-revoke.ts')).keyRevoke,
    'log-key list': async () => (await import('./log-key-list.ts')).logKeyList,
    'log-key rotate': async () => (await import('./log-key-rotate.ts')).logKeyRotate,
    'log-key retire': async () => (await import('./log-key-retire.ts')).logKeyRetire,
    'log-key compromised': async () => (await import('./log-key-compromised.ts')).logKeyCompromised,
    'master-key show': async () => (await import('./master-key-show.ts')).masterKeyShow,
    'master-key rotate': async () => (await import('./master-key-rotate.ts')).masterKeyRotate,
  },
}

export const COMMANDS: Commands = Object.assign({}, ...Object.values(GROUPS)) as Commands

/** Commands whose name, or a word of it, is nearly `asked`: what a hand that slipped may have meant. */
export function resembling(asked: string): string[] {
  const words = asked.split(' ')
  return Object.keys(COMMANDS).filter(name =>
    [name, ...name.split(' ')].some(known =>
      [asked, ...words].some(word => known.length > 2 && isNearly(word, known)),
    ),
  )
}

/** At most a third of the letters away, and at most two edits. */
function isNearly(a: string, b: string): boolean {
  const most = Math.min(2, Math.floor(b.length / 3))
  if (Math.abs(a.length - b.length) > most) return false
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, letter] of [...a].entries()) {
    const above = row
    row = [i + 1]
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (letter === b[j - 1] ? 0 : 1)))
  }
  return row[b.length]! <= most
}
