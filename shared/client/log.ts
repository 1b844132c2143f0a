import type { LogKeys } from '../domain/log-keys.ts'
import { bytesOf, jsonOf, textOf, type CallOptions, type Operation, type Send } from './send.ts'

export interface InclusionProof {
  readonly index: number
  readonly size: number
  /** base64, 32 bytes each (RFC 6962). */
  readonly hashes: readonly string[]
}

export interface ConsistencyProof {
  readonly from: number
  readonly to: number
  /** base64, 32 bytes each (RFC 6962). */
  readonly hashes: readonly string[]
}

const asText =
  (operation: Operation) =>
  (send: Send) =>
  async ({ signal }: CallOptions = {}): Promise<string> =>
    textOf(await send(operation, signal && { signal }), signal)

export const checkpoint = asText('GET /log/{site}/checkpoint')
export const witnessed = asText('GET /log/{site}/witnessed')
export const verifierKey = asText('GET /log/{site}/vkey')

export const logKeys =
  (send: Send) =>
  async ({ signal }: CallOptions = {}): Promise<LogKeys> =>
    jsonOf(await send('GET /log/{site}/keys', signal && { signal }), signal)

export const inclusionProof =
  (send: Send) =>
  async (query: { index: number; size: number }, { signal }: CallOptions = {}): Promise<InclusionProof> =>
    jsonOf(await send('GET /log/{site}/proof', { query, ...(signal && { signal }) }), signal)

export const consistencyProof =
  (send: Send) =>
  async (query: { from: number; to: number }, { signal }: CallOptions = {}): Promise<ConsistencyProof> =>
    jsonOf(await send('GET /log/{site}/consistency', { query, ...(signal && { signal }) }), signal)

export const tile =
  (send: Send) =>
  async (tile: string, { signal }: CallOptions = {}): Promise<Uint8Array> =>
    bytesOf(await send('GET /log/{site}/tile/{tile}', { path: { tile }, ...(signal && { signal }) }), signal)

export const entries =
  (send: Send) =>
  async (bundle: string, { signal }: CallOptions = {}): Promise<Uint8Array> => {
    const asked = { path: { bundle }, ...(signal && { signal }) }
    return bytesOf(await send('GET /log/{site}/tile/entries/{bundle}', asked), signal)
  }
