import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const answer = (response: ServerResponse, status: number, type: string, text: string): false => {
  response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': '*' }).end(text)
  return false
}

/** What a host may do to a request before, or in place of, answering it. Each says whether it is answered after all. */
export const MOODS = {
  hangs: () => false,
  'breaks off': response => {
    response.destroy()
    return false
  },
  'answers 500': response => answer(response, 500, 'text/plain', 'Internal Server Error'),
  'answers with a page': response => answer(response, 200, 'text/html', '<!doctype html><p>Log in first'),
  'answers nonsense': response => answer(response, 200, 'text/javascript', 'export { ]]] \0'),
  'takes three seconds': () => wait(3_000, true),
} as const satisfies Readonly<Record<string, (response: ServerResponse) => boolean | Promise<boolean>>>

export type Mood = keyof typeof MOODS
