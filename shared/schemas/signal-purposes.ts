import { isObject, type LooseSite } from './loose-site.ts'

/** A purpose that a signal hangs on, where it is written, and whether the signal speaks of advertising. */
export interface SignalPurpose {
  readonly path: string
  readonly id: string
  /** `anything`: may stand for a purpose nobody is asked about. */
  readonly means: 'advertising' | 'something asked' | 'anything'
}

/** Every purpose that a signal names, whichever receiver it is for. */
export function signalPurposes({ signals }: LooseSite): SignalPurpose[] {
  const named = (
    receiver: keyof NonNullable<typeof signals>,
    means: (signal: string) => SignalPurpose['means'],
  ) => {
    const given: unknown = signals?.[receiver]
    return Object.entries(isObject(given) ? given : {}).flatMap(([signal, id]): SignalPurpose[] =>
      typeof id === 'string' ? [{ path: `signals.${receiver}.${signal}`, id, means: means(signal) }] : [],
    )
  }
  const advertising = (): SignalPurpose['means'] => 'advertising'
  return [
    ...named('googleConsentMode', signal =>
      signal.startsWith('ad_')
        ? 'advertising'
        : signal === 'security_storage'
          ? 'anything'
          : 'something asked',
    ),
    ...named('microsoftUet', advertising),
    ...named('microsoftClarity', signal => (signal.startsWith('ad_') ? 'advertising' : 'something asked')),
    ...named('meta', advertising),
    ...named('tiktok', advertising),
    ...named('wpConsentApi', category =>
      category === 'marketing' ? 'advertising' : category === 'functional' ? 'anything' : 'something asked',
    ),
  ]
}
