import type { Handler } from 'hono'
import type { ApiKeys, KeyRefusal, Scope } from '../operators/api-keys.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

const WHAT_TO_DO: Readonly<Record<KeyRefusal, string>> = {
  'key-missing': 'Send "Authorization: Bearer <key>"; the operator makes keys with "assent key new".',
  'key-unknown': 'Check the key: it is shown once, when it is made.',
  'key-revoked': 'Ask the operator for another key.',
  'key-wrong-site': 'Use a key of the site in the address.',
  'key-wrong-scope': 'Ask the operator for a key that may do this.',
}

const NEEDS_TO_KNOW: ReadonlySet<KeyRefusal> = new Set(['key-missing', 'key-wrong-scope'])

/**
 * Lets through whoever holds a key of the site in the address with this scope. It stands before `knownSite`: without such
 * a key, a site that exists and one that does not are refused alike.
 */
export const operatorKey =
  (keys: ApiKeys, scope: Scope): Handler<AppEnv> =>
  (c, next) => {
    c.header('Vary', 'Authorization')
    c.header('Cache-Control', 'no-store')
    const answer = keys.check(c.req.header('authorization'), c.req.param('site') ?? '', scope)
    if ('refused' in answer) {
      // RFC 9110, 15.5.2: a 401 says how to authenticate.
      if (!answer.refused.startsWith('key-wrong')) c.header('WWW-Authenticate', 'Bearer')
      const detail = WHAT_TO_DO[answer.refused]
      const hint = NEEDS_TO_KNOW.has(answer.refused) ? ` This address needs the scope "${scope}".` : ''
      return problem(c, answer.refused, `${detail}${hint}`)
    }
    c.set('key', answer.key)
    return next()
  }

/** What a route behind a key may refuse with, for its description. */
export const KEY_REFUSALS = Object.keys(WHAT_TO_DO) as readonly KeyRefusal[]
