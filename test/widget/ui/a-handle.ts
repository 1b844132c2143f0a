import type { ConsentHandle, ConsentRecord } from '../../../widget/consent/handle.ts'
import type { PurposeChoices } from '../../../shared/domain/consent.ts'

export const aRecord = (record: Partial<ConsentRecord> = {}): ConsentRecord => ({
  decidedAt: Date.UTC(2026, 10, 20, 9, 41),
  configuration: 'deadbeef',
  choices: { preferences: true, analytics: false, marketing: false },
  gpc: false,
  isSignal: false,
  secret: '0123',
  ...record,
})

export interface AHandle extends ConsentHandle {
  /** Arguments of every `save`, without the text shown. */
  readonly saved: readonly [choices: PurposeChoices, method: string, type: string | undefined][]
  /** As another tab does it. */
  decideElsewhere(record: ConsentRecord): void
}

/** A handle that remembers in memory; anything may be replaced. */
export function aHandle(like: Partial<ConsentHandle> & { readonly stored?: ConsentRecord } = {}): AHandle {
  let { stored } = like
  const tells = new Set<(choices: PurposeChoices) => void>()
  const saved: [PurposeChoices, string, string | undefined][] = []
  const tell = (): void => tells.forEach(each => each(stored?.choices ?? {}))
  return {
    configuration: {
      site: 'loom',
      configuration: 'deadbeef'.repeat(8),
      purposes: [],
      expiresAfter: 180 * 86_400_000,
    } as never,
    base: 'https://consent.test/s/loom/',
    gpc: false,
    granted: id => stored?.choices[id] === true,
    onChange(each) {
      tells.add(each)
      return () => tells.delete(each)
    },
    open: () => {},
    decide: () => {},
    withdraw: () => {},
    record: () => stored,
    save(choices, method = 'api', _shown, type) {
      saved.push([choices, method, type])
      stored = aRecord({ choices: { ...stored?.choices, ...choices } })
      tell()
      return 'id'
    },
    receipt: () => undefined,
    history: async () => undefined,
    leftovers: () => [],
    removeRest: () => undefined,
    load: async () => undefined,
    speak: async () => Promise.reject(new Error('no other language here')),
    close: () => {},
    ...like,
    saved,
    decideElsewhere(record) {
      stored = record
      tell()
    },
  }
}
