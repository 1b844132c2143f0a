import type { Context } from 'hono'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

/** 64 KiB: what a browser may have in flight with keepalive, so the widget never sends more. */
export const BODY_LIMIT = 65_536

const TYPES = ['text/plain', 'application/json']
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The JSON of a body, or the refusal. Nothing larger than the limit is ever held: a declared length is refused before
 * one byte is read, an undeclared one as soon as it grows too long.
 */
export async function readJson(
  c: Context,
  limit = BODY_LIMIT,
): Promise<{ json: unknown; bytes: Uint8Array } | { refusal: Response }> {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === undefined || !TYPES.includes(type))
    return {
      refusal: problem(
        c,
        'unsupported-type',
        'Send JSON with Content-Type text/plain;charset=UTF-8 or application/json.',
      ),
    }
  const bytes = await readBytes(c, limit)
  if (bytes === undefined)
    return {
      refusal: problem(c, 'body-too-large', `Send at most ${limit} bytes at once: split the batch.`),
    }
  try {
    return { json: JSON.parse(utf8.decode(bytes)), bytes: new Uint8Array(bytes) }
  } catch {
    // Whether the bytes are no UTF-8 or the text is no JSON, the sender has to do the same thing.
    return { refusal: problem(c, 'not-json', 'Send one JSON object in UTF-8.') }
  }
}

/** The fields of a form that a page without scripts sends, or the refusal. `multipart`: sent so, it is read too. */
export async function readForm(
  c: Context<AppEnv>,
  { multipart = false } = {},
): Promise<{ form: URLSearchParams } | { refusal: Response }> {
  const whole = c.req.header('content-type')
  const type = whole?.split(';', 1)[0]?.trim().toLowerCase()
  const isMultipart = multipart && type === 'multipart/form-data'
  if (type !== 'application/x-www-form-urlencoded' && !isMultipart)
    return {
      refusal: problem(c, 'unsupported-type', 'Open the form at this address and send it from there.'),
    }
  const bytes = await readBytes(c, BODY_LIMIT)
  if (bytes === undefined)
    return { refusal: problem(c, 'body-too-large', `Send at most ${BODY_LIMIT} bytes: write less.`) }
  const form = isMultipart
    ? await partsOf(whole!, bytes)
    : new URLSearchParams(new TextDecoder().decode(bytes))
  if (!form)
    return { refusal: problem(c, 'bad-request', 'Send each field of the form as one part of the body.') }
  c.set('form', form)
  return { form }
}

/** `undefined` where the parts cannot be told from each other. Files are nobody's field. */
async function partsOf(type: string, bytes: ArrayBuffer | Uint8Array): Promise<URLSearchParams | undefined> {
  try {
    const body = bytes instanceof Uint8Array ? Uint8Array.from(bytes) : bytes
    const data = await new Response(body, { headers: { 'Content-Type': type } }).formData()
    const fields = [...data].filter((field): field is [string, string] => typeof field[1] === 'string')
    return new URLSearchParams(fields)
  } catch {
    // Whatever it is that the parser did not like, the sender has to send it again.
    return undefined
  }
}

/** A body byte for byte, for whoever checks a signature over it; or the refusal. */
export async function readRaw(
  c: Context,
  limit: number,
): Promise<{ readonly bytes: Uint8Array } | { readonly refusal: Response }> {
  const bytes = await readBytes(c, limit)
  return bytes === undefined
    ? { refusal: problem(c, 'body-too-large', `Send at most ${limit} bytes at once.`) }
    : { bytes: new Uint8Array(bytes) }
}

function readBytes(c: Context, limit: number): Promise<ArrayBuffer | Uint8Array | undefined> {
  const length = c.req.header('content-length')
  if (length !== undefined && c.req.header('transfer-encoding') === undefined)
    // The parser holds the sender to the length it declared.
    return Number(length) > limit ? Promise.resolve(undefined) : c.req.arrayBuffer()
  return readStream(c.req.raw.body, limit)
}

async function readStream(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (body === null) return new Uint8Array()
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
