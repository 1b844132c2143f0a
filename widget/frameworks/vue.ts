import {
  computed,
  defineComponent,
  onMounted,
  shallowRef,
  toValue,
  watch,
  type ComputedRef,
  type MaybeRefOrGetter,
  type ShallowRef,
  type SlotsType,
} from 'vue'
import { consentTo, subscribe, UNKNOWN, type Consent, type Watched } from './assent.ts'
import { gateOf } from './gate.ts'

export { assent } from './assent.ts'

/** Nothing is known on the server, nor while its page is hydrated: both render the same. */
export function useConsent(purpose: MaybeRefOrGetter<string>): {
  readonly [Field in keyof Consent]: ComputedRef<Consent[Field]>
} {
  const consent = useWatched(
    () => toValue(purpose),
    id => ({ read: () => consentTo(id), subscribe }),
    UNKNOWN,
  )
  return {
    granted: computed(() => consent.value.granted),
    known: computed(() => consent.value.known),
  }
}

/** Renders its default slot once that may run, and until then `#fallback`. When the purpose is taken back the page is reloaded. */
export const ConsentGate = defineComponent({
  name: 'ConsentGate',
  inheritAttrs: false,
  props: {
    purpose: { type: String, required: true },
    /** Id of a service of your configuration: one that is not approved stays out, whatever was granted. */
    service: String,
  },
  slots: Object as SlotsType<{ default?: object; fallback?: object }>,
  setup(props, { slots }) {
    const isOpen = useWatched(() => ({ purpose: props.purpose, service: props.service }), gateOf, false)
    return () => (isOpen.value ? slots.default : slots.fallback)?.({})
  },
})

function useWatched<Asked, Value>(
  asked: () => Asked,
  watched: (asked: Asked) => Watched<Value>,
  atFirst: Value,
): ShallowRef<Value> {
  const value = shallowRef(atFirst) as ShallowRef<Value>
  onMounted(() =>
    watch(
      asked,
      (now, _, onCleanup) => {
        const { read, subscribe } = watched(now)
        const update = (): void => void (value.value = read())
        onCleanup(subscribe(update))
        update()
      },
      { immediate: true },
    ),
  )
  return value
}
