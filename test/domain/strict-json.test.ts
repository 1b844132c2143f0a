import { describe, expect, test } from 'vitest'
import { parseStrictJson } from '../../shared/domain/strict-json.ts'

describe('parsed as usual', () => {
  test.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '["a","a","a"]',
    '{"a":["b","b"],"b":"a"}',
    '{"a":"\\"b\\":1,\\"b\\":2","b":"{"}',
    '[9007199254740991,-9007199254740991,1e400,0.1,-0]',
    '{}',
    '"a"',
    ' { "a" : [ ] , "b" : { } } ',
  ])('%s', text => expect(parseStrictJson(text)).toEqual(JSON.parse(text)))
})

describe('refused', () => {
  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"choices":{"ads":false,"ads":true}}}',
    '[{"a":{},"b":[],"a":0}]',
    '{"a":1 , "a" :2}',
  ])('a name twice: %s', text => expect(() => parseStrictJson(text)).toThrow('given twice'))

  test.each(['9007199254740993', '[-9007199254740992]', '{"a":123456789012345678901}'])(
    'an integer a double cannot hold: %s',
    text => expect(() => parseStrictJson(text)).toThrow('beyond the integers'),
  )

  test.each(['', '{', '{"a":1,}', '[01]', "{'a':1}"])('what is no JSON: %s', text =>
    expect(() => parseStrictJson(text)).toThrow(SyntaxError),
  )
})
