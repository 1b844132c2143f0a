/**
 * JSON whose meaning no two parsers could dispute (I-JSON, RFC 7493): throws on a name given twice in one object and on an
 * integer that a double cannot hold, which `JSON.parse` both lets pass.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // The text is JSON, so its tokens are these; open objects and lists are remembered by the names seen in them.
  const open: (Set<string> | undefined)[] = []
  let before = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token.startsWith('"') && (before === '{' || before === ',')) noteName(open.at(-1), token)
    else if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)))
      throw new SyntaxError(`${token} is beyond the integers JSON can carry safely`)
    before = token
  }
  return value
}

function noteName(names: Set<string> | undefined, token: string): void {
  if (!names) return
  const name = JSON.parse(token) as string
  if (names.has(name)) throw new SyntaxError(`${token} is given twice in one object`)
  names.add(name)
}
