import { afterTool, kept, raw } from './take-over.ts'

export { element } from '../ui/element.ts'

/**
 * `groups=C0001:1,C0002:0` stands there before anybody has answered, and `datestamp` is that of the last page: when the
 * banner was answered is in a cookie of its own.
 */
export const start = afterTool('onetrust', name => {
  const said = new URLSearchParams(raw(name))
  const groups = `${said.get('groups')}`.split(',')
  const at = Date.parse(kept('OptanonAlertBoxClosed'))
  return at && said.get('AwaitingReconsent') !== 'true'
    ? [one => groups.includes(`${one}:1`) || (groups.includes(`${one}:0`) ? false : undefined), at]
    : undefined
})
