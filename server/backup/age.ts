import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { ReadableStream as NodeStream } from 'node:stream/web'

/** The file format age (age-encryption.org/v1): the programs age and rage open what is written here, and the reverse. */

/** Encrypts to each of the recipients (`age1…`); throws on one that is none. */
export async function encrypt(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return iterable(await encrypter.encrypt(streamOf(source)))
}

// One class at run time; the types of browsers know neither of these two.
const streamOf = (source: AsyncIterable<Uint8Array>) =>
  NodeStream.from(source) as unknown as ReadableStream<Uint8Array>
const iterable = (stream: ReadableStream<Uint8Array>) => stream as unknown as AsyncIterable<Uint8Array>

/** What is wrong with this recipient; `undefined` when it can be encrypted to. */
export function recipientFault(recipient: string): string | undefined {
  try {
    new Encrypter().addRecipient(recipient)
    return undefined
  } catch {
    // Whatever its spelling lacks, it has to be copied again.
    return /^AGE-SECRET-KEY-/i.test(recipient)
      ? 'that is the secret half: give the recipient, which begins with age1'
      : 'it is no age recipient, which begins with age1 and is copied whole'
  }
}

export class WrongIdentity extends Error {}

/** Decrypts with whichever identity fits. Every chunk is authenticated, and so is that the last one is the last. */
export async function decrypt(
  source: AsyncIterable<Uint8Array>,
  identities: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  try {
    return iterable(await decrypter.decrypt(streamOf(source)))
  } catch (cause) {
    if (cause instanceof Error && /no identity matched/.test(cause.message))
      throw new WrongIdentity(cause.message, { cause })
    throw cause
  }
}

/** Identities as age-keygen writes them: one a line, comments begin with #. `undefined` when a line is something else. */
export function readIdentities(text: string): string[] | undefined {
  const lines = linesOf(text)
  try {
    for (const line of lines) new Decrypter().addIdentity(line)
    return lines.length > 0 ? lines : undefined
  } catch {
    // A line that is no identity; it may be a secret all the same, so it is not repeated.
    return undefined
  }
}

/** One a line, comments begin with #. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))

export async function newIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}
