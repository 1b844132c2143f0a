import { expect, test } from 'vitest'
import { keysByOrigin, parseLogs, parseWitnesses } from '../../server/witness/lists.ts'
import { aLogKey, aWitnessKey } from '../support/witness.ts'

const W = aWitnessKey().vkey
const V = aWitnessKey('witness.test/v', 3).vkey
const L = aLogKey().vkey

test('witnesses stand one on a line, or between commas, with comments and blank lines', () => {
  const text = `# ours\n\nhttps://w.example/prefix/  ${W}\n  http://127.0.0.1:8790 ${V}\r\n`
  const read = parseWitnesses(text)
  expect(read).toMatchObject({
    listed: [
      { url: 'https://w.example/prefix', vkey: W, verifier: { name: 'witness.test/w' } },
      { url: 'http://127.0.0.1:8790', vkey: V },
    ],
  })
  expect(parseWitnesses(`https://w.example ${W}, http://localhost:1 ${V}`)).toMatchObject({
    listed: [{}, {}],
  })
})

test.each<[string, string]>([
  ['', 'is empty'],
  ['# nothing', 'is empty'],
  [`w.example ${W}`, 'line 1 has no address in front: "w.example"'],
  [`https://w.example`, 'line 1 is not an address and a key'],
  [`https://w.example ${W} more`, 'line 1 is not an address and a key'],
  [`http://w.example ${W}`, 'line 1 must name an https address'],
  [`ftp://w.example ${W}`, 'line 1 must name an https address'],
  [`https://user:word@w.example ${W}`, 'line 1 has no address in front'],
  [`https://w.example/?a=b ${W}`, 'line 1 has no address in front'],
  [`https://w.example ${L}`, 'line 1 names the key of a log'],
  [`https://w.example ${W.slice(0, -1)}`, 'line 1 holds no verifier key of a witness'],
  [`https://w.example ${W.replace('witness', 'wItness')}`, 'line 1 holds no verifier key of a witness'],
  [`https://w.example ${W}\nhttps://other.example ${W}`, 'twice'],
])('a list of witnesses that is none says where and why: %j', (text, words) => {
  const read = parseWitnesses(text)
  expect('faults' in read && read.faults.join('; ')).toContain(words)
})

test('logs are named by their keys, and by their origin where that is another', () => {
  const next = aLogKey('log.test/harbor', 5)
  const read = parseLogs(`${L}\n${next.vkey}\n${aLogKey('sum.test').vkey} a database tree\n`)
  if ('faults' in read) throw new Error(read.faults.join())
  const keys = keysByOrigin(read.listed)
  expect([...keys].map(([origin, of]) => [origin, of.length])).toEqual([
    ['log.test/harbor', 2],
    ['a database tree', 1],
  ])
})

test.each<[string, string]>([
  ['', 'is empty'],
  ['harbor', 'line 1 holds no verifier key of a log'],
  [W, 'line 1 names the key of a witness'],
  [`${L}\n${L}`, 'twice'],
])('a list of logs that is none says where and why: %j', (text, words) => {
  const read = parseLogs(text)
  expect('faults' in read && read.faults.join('; ')).toContain(words)
})
