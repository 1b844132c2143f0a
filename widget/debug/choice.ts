import type { DebugSite } from '../../shared/domain/debug.ts'
import { OUR_COOKIE } from '../../shared/domain/choice-cookie.ts'
import { readCookie } from '../consent/stored.ts'
import type { Line } from './line.ts'

export interface Choice {
  readonly lines: readonly Line[]
  /** When it was made, in epoch milliseconds; none yet: it never was. */
  readonly decidedAt: number
}

/** What is remembered, by which configuration, and whether the ledger has it. `running`: configuration of the page's loader. */
export function choice({ site, configuration, purposes }: DebugSite, running: string | undefined): Choice {
  const key = OUR_COOKIE + site
  const read = (look: () => string | null | undefined): string | undefined => {
    try {
      return look() ?? undefined
    } catch {
      return undefined // Blocked, or an opaque origin.
    }
  }
  const [, time = '', by = '', list = ''] = readCookie(key)?.split('.') ?? []
  const decidedAt = time === '' ? Infinity : parseInt(time, 36)
  const said = new Map(list.split(',').map(item => [item.slice(0, -2), item.endsWith('1')]))
  const isLater = read(() => sessionStorage.getItem(`${key}_later`)) !== undefined
  const answer = (id: string): string => (said.has(id) ? (said.get(id) ? 'yes' : 'no') : 'not asked yet')
  const outbox = read(() =>
    String(Object.keys(localStorage).filter(name => name.startsWith(`${key}_out`)).length),
  )
  const { last, ...others } = (window.assent ?? {}) as {
    last?: { id: string; index?: number }
    regime?: string
    region?: string
  }
  return {
    decidedAt,
    lines: [
      {
        what: 'Decided',
        of: time
          ? `${new Date(decidedAt).toLocaleString('en-GB')}, by configuration ${by}`
          : isLater
            ? 'not now: asked again in the next session'
            : 'nothing yet',
      },
      ...purposes.map(({ id, required }) => ({
        what: id,
        of: required
          ? 'necessary: always on'
          : `${answer(id)} · ${window.assent?.granted(id) ? 'granted' : 'denied'}`,
      })),
      { what: 'Global Privacy Control', of: navigator.globalPrivacyControl ? 'on' : 'off' },
      ...(['regime', 'region'] as const).flatMap(name =>
        others[name] === undefined ? [] : [{ what: name, of: others[name] }],
      ),
      {
        what: 'Configuration',
        of: `${running ?? '(not found)'} on this page, ${configuration.slice(0, 8)} published`,
        ...(running !== undefined &&
          !configuration.startsWith(running) && { wrong: 'the page runs an older one, from a cache' }),
      },
      {
        what: 'Waits to be sent',
        of: outbox === undefined ? 'cannot be read' : outbox === '0' ? 'nothing' : `${outbox} in the outbox`,
      },
      ...(last
        ? [
            {
              what: 'Last receipt',
              of: `${last.id}${last.index === undefined ? '' : `, entry ${last.index}`}`,
            },
          ]
        : []),
    ],
  }
}
