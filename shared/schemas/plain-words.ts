import type * as z from 'zod'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/**
 * What a schema says where it has no words of its own: what is wrong, and what may stand there. Each continues "Correct <field>: ".
 * Given to `safeParse` wherever somebody reads what comes of it.
 */
export const plainWords: z.core.$ZodErrorMap = issue => {
  const wrong = wordsOf(issue)
  return issue.input === undefined && issue.code !== 'unrecognized_keys' ? `is missing: ${wrong}` : wrong
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time with its zone, such as 2026-11-20T10:00:00Z (RFC 3339)',
  email: 'an e-mail address',
  url: 'a web address',
}

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? `of the type ${issue.expected}`}`
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'written as the description has it'}`
    case 'too_small':
      return size(issue.origin, 'at least', Number(issue.minimum))
    case 'too_big':
      return size(issue.origin, 'at most', Number(issue.maximum))
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return `${issue.keys.map(key => `"${key.slice(0, 40)}"`).join(', ')} ${issue.keys.length > 1 ? 'are no fields' : 'is no field'} here`
    case 'invalid_key':
    case 'invalid_element':
      return 'has a part that does not belong there'
    case 'invalid_union':
      return ofUnion(issue)
    case 'custom':
      return 'is not as the description has it'
  }
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${quoted(values[0])}` : `must be one of ${values.map(String).join(', ')}`

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value))

function size(origin: string, bound: 'at least' | 'at most', count: number): string {
  if (origin === 'string') return `must have ${bound} ${count} characters`
  if (origin === 'array' || origin === 'set') return `must hold ${bound} ${count}`
  return `must be ${bound} ${count}`
}

/** By its kind, where it has one; else what each form it may have wants first. */
function ofUnion(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const { options, discriminator, input } = issue
  if (Array.isArray(options) && options.length > 0) {
    const kind = (input as Readonly<Record<string, unknown>> | null)?.[discriminator ?? '']
    return `${kind === undefined ? 'is missing: ' : ''}${oneOf(options)}`
  }
  const forms = issue.errors.flatMap(([first]) =>
    first ? [`${first.path.join('.')} ${first.message}`.trim()] : [],
  )
  return forms.length > 0 ? [...new Set(forms)].join('; or ') : 'fits none of its forms'
}
