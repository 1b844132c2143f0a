/**
 * The first layer of a site that had another consent tool before: what a visitor answered there is taken over before the
 * banner could show, so that nobody is asked twice, not even for the blink of an eye. A site without such a tool downloads
 * nothing of this.
 */
import type { FirstConfiguration, WidgetConfiguration } from '../../shared/domain/publication.ts'
import type { ConsentTool, TakeOverSettings } from '../../shared/domain/take-over.ts'
import { configuration, configure, gpc } from '../consent/config.ts'
import { saver } from '../consent/decide.ts'
import type { Shown } from '../consent/handle.ts'
import { held, sync } from '../consent/state.ts'
import { start } from '../first.ts'

/** What a tool keeps; nothing, or a throw, where that is no answer: then the visitor is asked. */
export type ReadTool = (
  name: string,
  revision: number,
) =>
  | readonly [
      /** By the tool's own name of a category or service. */
      answer: (name: string) => unknown,
      /** Epoch milliseconds, where it noted when. */
      noted?: number,
    ]
  | undefined

export const afterTool =
  (tool: ConsentTool, read: ReadTool) =>
  async (
    published: FirstConfiguration,
    base: string,
    shown: () => Shown,
    css: string,
    make: (gpc: boolean) => HTMLElement,
    [name, undatedFrom, purposes, revision]: TakeOverSettings,
    place?: Parameters<typeof start>[5],
  ): Promise<void> => {
    // What the module says of itself is there once it has run.
    await undefined // oxlint-disable-line typescript/await-thenable -- bytes
    configure(published as unknown as WidgetConfiguration, base)
    sync()
    try {
      // A choice of our own is the newer one.
      const found = !held && read(name, revision)
      if (found) {
        const [answer, noted] = found
        const now = Date.now()
        const at = noted || Math.min(undatedFrom, now)
        const choices: Record<string, boolean> = {}
        for (const [purpose, names] of purposes) {
          const answers = names.map(answer)
          const granted = !answers.includes(false)
          // While the browser sends Global Privacy Control, a yes from before is none to what that covers.
          const isMasked =
            gpc && granted && configuration.purposes.some(([id, , covered]) => id === purpose && covered)
          if (!isMasked && answers.every(one => !granted || one === true)) choices[purpose] = granted
        }
        if (at <= now && at > now - configuration.expiresAfter && Object.keys(choices)[0])
          saver(shown(), () => window.assent!.sync?.())(choices, 'take-over', undefined, undefined, at, {
            decidedAt: noted || 0,
            tool,
          })
      }
    } catch {
      // Nothing is kept, or not as the tool writes it: the banner asks.
    }
    start(published, base, shown, css, make, place)
  }

/** As it stands in the cookie of this name, or else in local storage. */
export const raw = (name: string): string =>
  document.cookie
    .split('; ')
    .find(pair => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? (localStorage[name] as string)

export const kept = (name: string): string => decodeURIComponent(raw(name))
