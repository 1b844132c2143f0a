import type { WidgetConfiguration } from '../../shared/domain/publication.ts'

/**
 * The stub tells Consent Mode what the cookie's flags say, and knows of no configuration. A yes to what a purpose no longer
 * is must not be told as one on the next page: the flags go, the choices stay, so that it is known who is to be asked again.
 */
export function forgetFlags({ site, purposes, since = {}, expiresAfter, place }: WidgetConfiguration): void {
  const name = `assent_${site}=`
  // Where cookies are blocked this throws, and there is nothing to forget.
  try {
    const pair = document.cookie.split('; ').find(each => each.startsWith(name))
    const [version, time = '', configuration, list = '', flags = '', ...secret] = (pair ?? '')
      .slice(name.length)
      .split('.')
    const decidedAt = parseInt(time, 36)
    const left = decidedAt + expiresAfter - Date.now()
    if (version !== 'v1' || !(left > 0)) return
    const bits = purposes.reduce(
      (all, [id, required, , grants]) =>
        required || (list.split(',').includes(`${id}:1`) && !(since[id]! > decidedAt)) ? all | grants : all,
      0,
    )
    // Only ever fewer: what it never said is no business of this.
    const fewer = parseInt(flags) & bits
    if (fewer === parseInt(flags)) return
    const rest = [version, time, configuration, list, fewer + flags.replace(/\d+/, ''), ...secret].join('.')
    const secure = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${name}${rest};max-age=${Math.ceil(left / 1000)};samesite=lax${place ?? ';path=/'}${secure}`
  } catch {
    // An opaque origin: nothing is remembered there.
  }
}
