import type { Context } from 'hono'
import type { Duplex } from 'node:stream'
import type { AppEnv } from './env.ts'

/** A list on which nothing moves for so long, in or out, is given up. */
const IDLE = 60_000

const patient = new WeakSet<Duplex>()
/** A connection that is kept for many lists is watched once. */
const watched = new WeakSet<Duplex>()

/**
 * The time a request has to arrive is made for what pages send. A list takes as long as it is, and whoever sends one holds a
 * key; so its time ends only once nothing moves any more.
 */
export function haveAsLongAsItTakes(c: Context<AppEnv>): void {
  const { incoming, outgoing } = (c.env as AppEnv['Bindings'] | undefined) ?? {}
  if (!incoming || !outgoing) return
  const { socket } = incoming
  patient.add(socket)
  socket.setTimeout(IDLE)
  if (!watched.has(socket)) socket.on('timeout', () => patient.has(socket) && socket.destroy())
  watched.add(socket)
  outgoing.once('close', () => patient.delete(socket))
}

export const hasAsLongAsItTakes = (socket: Duplex): boolean => patient.has(socket)
