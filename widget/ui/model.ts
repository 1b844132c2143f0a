import { computed, signal } from '@preact/signals'
import type { ConsentHandle, Shown } from '../consent/handle.ts'
import type { PurposeChoices } from '../../shared/domain/consent.ts'
import type { SettingsDocument, ShownPurpose } from './settings-document.ts'

export type SettingsModel = ReturnType<typeof createModel>

/** What the settings show: what is stored, and over it the switches moved but not saved. */
export function createModel(
  handle: ConsentHandle,
  { purposes }: SettingsDocument,
  shown: Shown,
  before: PurposeChoices = {},
) {
  const record = signal(handle.record())
  const moved = signal(before)
  const leftovers = signal(handle.leftovers())
  const rest = signal<readonly string[]>([])
  const optional = purposes.filter(p => !p.required)

  // Another tab may decide meanwhile: the stored state follows it, a switch moved here stays as moved.
  const stop = handle.onChange(() => {
    record.value = handle.record()
    leftovers.value = handle.leftovers()
  })

  /** `undefined` where nothing takes time to remove. */
  const removeRest = (): Promise<void> | undefined =>
    handle.removeRest()?.then(names => void (rest.value = names))
  void removeRest()

  /** By the person: what the browser's signal has denied is denied, and no answer of theirs. */
  const isAnswered = (id: string): boolean =>
    record.value !== undefined && !record.value.isSignal && id in record.value.choices
  /** As it takes effect: a grant that Global Privacy Control now masks is shown off, for off is what it is. */
  const isOn = (id: string): boolean => moved.value[id] ?? handle.granted(id)
  const { under, since = {} } = handle.configuration
  const isKeptOff = (p: ShownPurpose): boolean => p.gpc && handle.gpc && !isOn(p.id)

  /** Exactly the switches shown. Only what the signal keeps off and nobody has answered stays unasked. */
  const shownChoices = (): PurposeChoices =>
    Object.fromEntries(
      optional
        .filter(p => !isKeptOff(p) || isAnswered(p.id) || p.id in moved.value)
        .map(p => [p.id, isOn(p.id)]),
    )

  /** @returns whether the browser kept it */
  const save = (choices: PurposeChoices): boolean => {
    const takesBack =
      Object.values(record.value?.choices ?? {}).includes(true) && !Object.values(choices).includes(true)
    const id = handle.save(choices, 'settings', shown, takesBack ? 'withdrawal' : 'decision')
    if (!id) return false
    moved.value = {}
    record.value = handle.record()
    leftovers.value = handle.leftovers()
    return true
  }

  return {
    record: computed(() => record.value),
    leftovers: computed(() => [...leftovers.value, ...rest.value]),
    removeRest,
    granted: computed(() => optional.filter(p => record.value?.choices[p.id] && handle.granted(p.id))),
    moved: computed(() => moved.value),
    hasMoved: computed(() => Object.keys(moved.value).length > 0),
    isAnswered,
    isOn,
    isKeptOff,
    /** What is optional runs here before anybody has decided. */
    isLax: under !== undefined && under.regime !== 'opt-in',
    /** It is not what it was when the person decided. */
    isChanged: (id: string): boolean => since[id]! > (record.value?.decidedAt ?? Infinity),
    move(id: string, granted: boolean): void {
      moved.value = { ...moved.value, [id]: granted }
    },
    saveShown: () => save(shownChoices()),
    /** With Global Privacy Control on, what it covers stays as its own switch says. */
    acceptAll: () =>
      save({
        ...Object.fromEntries(optional.filter(p => !(p.gpc && handle.gpc)).map(p => [p.id, true])),
        ...Object.fromEntries(
          Object.entries(shownChoices()).filter(([id]) =>
            optional.some(p => p.id === id && p.gpc && handle.gpc),
          ),
        ),
      }),
    rejectAll: () => save(Object.fromEntries(optional.map(p => [p.id, false]))),
    stop,
  }
}
