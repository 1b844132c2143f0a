/** Bytes with nothing but what browsers and Node share: no Buffer, no node: module. */
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** `undefined` when the text is not lower-case hex of whole bytes. */
export function fromHex(text: string): Bytes | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return undefined
  return Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16))
}

/** Decodes standard base64 (RFC 4648), refusing what would not be encoded to the very same text. */
export function strictBase64(text: string): Bytes | undefined {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    // It says only that the text is no base64.
    return undefined
  }
  return btoa(binary) === text ? Uint8Array.from(binary, character => character.charCodeAt(0)) : undefined
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

/** Lower-case hex of the SHA-256 of a text's UTF-8 bytes, which is how texts are known. */
export const contentHash = async (text: string): Promise<string> => hex(await sha256(utf8(text)))
