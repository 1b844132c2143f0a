/** Asks a driver something by classic WebDriver. */
export type WebDriver = <Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Answer>

export const webDriverAt =
  (address: string): WebDriver =>
  async <Answer>(method: string, path: string, body?: object) => {
    const answer = await fetch(address + path, { method, ...(body && { body: JSON.stringify(body) }) })
    const { value } = (await answer.json()) as { value: { readonly message: string } }
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.message}`)
    return value as Answer
  }
