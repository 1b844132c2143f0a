/** Asks a driver something by classic WebDriver. */
export type WebDriver = <Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Answer>

/** Longer than anything takes that is asked; a question nobody answers is a failure that says which. */
const PATIENCE = 20_000

export const webDriverAt =
  (address: string): WebDriver =>
  async <Answer>(method: string, path: string, body?: object) => {
    const answer = await fetch(address + path, {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Error(`${method} ${path} was not answered`, { cause: error })
    })
    const { value } = (await answer.json()) as { value: { readonly message: string } }
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.message}`)
    return value as Answer
  }
