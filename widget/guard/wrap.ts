/** What is done in place of a call, where something is. */
type Instead = (
  self: never,
  args: never,
  native: (...args: unknown[]) => unknown,
) => (() => unknown) | false | undefined | void

/**
 * Puts stand-ins before functions of the browser's, their names with blanks between. A proxy: it reads as native code, keeps
 * name, constants and prototype. A fault of ours while it decides lets the call go on as if we were not there.
 */
export function wrap(
  holder: object,
  names: string,
  decide: Instead,
  kind: 'value' | 'set' | 'get' = 'value',
): void {
  for (const name of names.split(' ')) {
    const own = Object.getOwnPropertyDescriptor(holder, name)
    const native = own?.[kind] as ((...args: unknown[]) => unknown) | undefined
    if (!native) continue
    const ask = (self: unknown, args: unknown[]): ReturnType<Instead> => {
      try {
        return decide(self as never, args as never, native)
      } catch {
        // Ours alone: whatever the browser throws comes from the call itself.
      }
    }
    Object.defineProperty(holder, name, {
      ...own,
      [kind]: new Proxy(native, {
        apply(_, self, args: unknown[]) {
          const instead = ask(self, args)
          return instead ? instead() : Reflect.apply(native, self, args)
        },
        construct(_, args: unknown[], made) {
          const instead = ask(made.prototype, args)
          return (instead ? instead() : Reflect.construct(native, args, made)) as object
        },
      }),
    })
  }
}

export const define = (holder: object, name: string, value: unknown): void =>
  void Object.defineProperty(holder, name, { value, writable: true, configurable: true })
