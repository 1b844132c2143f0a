/**
 * Goes into every pack: thirty lines at most, which anybody can read before they run them, and nothing but Node. They hold
 * every file against its sum, and each receipt against the signature and the root that the reader brings.
 */
export const VERIFY_SCRIPT = String.raw`// node verify.mjs <root>: holds this pack against the root that the log published. No network, nothing but Node.
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
const at = name => new URL(name, import.meta.url), read = name => readFileSync(at(name)), text = name => read(name).toString()
const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(p => Buffer.from(p ?? [])))).digest()
const must = (holds, what) => holds || (console.error('DOES NOT HOLD: ' + what), process.exit(1))
const canonical = v => !v || typeof v !== 'object' ? JSON.stringify(v) : Array.isArray(v) ? '[' + v.map(canonical) + ']'
  : '{' + Object.keys(v).sort().map(k => JSON.stringify(k) + ':' + canonical(v[k])) + '}'
const climb = (leaf, i, n, path, k = 2 ** Math.floor(Math.log2(n - 1)), rest = path.slice(0, -1)) => // RFC 6962, 2.1.1
  n === 1 && !path.length ? leaf : i < k ? sha([1], climb(leaf, i, k, rest), path.at(-1)) : sha([1], path.at(-1), climb(leaf, i - k, n - k, rest))

const sums = text('SHA256SUMS').trimEnd().split('\n').map(line => line.split('  '))
sums.forEach(([sum, name]) => must(sha(read(name)).toString('hex') === sum, name))
must(readdirSync(at('.'), { recursive: true, withFileTypes: true }).filter(f => f.isFile()).length === sums.length + 1, 'a file too many')

const note = text('checkpoint.txt'), end = note.lastIndexOf('\n\n') + 1, [origin, size, root] = note.split('\n')
const [, name, key] = /^(.+?)\+[0-9a-f]{8}\+(.+)$/m.exec(text('vkey.txt')), raw = Buffer.from(key, 'base64').subarray(1)
const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
const signs = line => verify(null, note.slice(0, end), publicKey, Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(4))
must(name === origin && note.slice(end).split('\n').some(signs), 'the signature of ' + name + ' under the checkpoint')
must(root === process.argv[2], 'the root here is ' + root + ', yours ' + (process.argv[2] || 'is missing: node verify.mjs <root you kept>'))

for (const file of readdirSync(at('receipts'))) {
  const { entry, proof, texts, private: own } = JSON.parse(text('receipts/' + file)).evidence, [head, ...under] = proof.split('\n\n')
  const [, place, ...path] = head.split('\n'), named = entry.match(/(?<="(?:text|configuration)":")[0-9a-f]{64}/g) ?? []
  const found = climb(sha([0], entry), Number(place.slice(6)), Number(size), path.map(line => Buffer.from(line, 'base64')))
  must(found.toString('base64') === root && under.join('\n\n') === note, 'the place in the log of ' + file)
  const shown = new Set(texts.filter(t => sha(t.body).toString('hex') === t.hash && named.includes(t.hash)).map(t => t.hash))
  must(shown.size === texts.length && shown.size === new Set(named).size, 'the words of ' + file)
  const seal = ({ salt, fields }) => createHmac('sha256', Buffer.from(salt, 'hex')).update(canonical(fields)).digest('hex')
  must(!own || seal(own) === JSON.parse(entry).commitment, 'the private part of ' + file)
}
console.log('Everything holds: ' + readdirSync(at('receipts')).length + ' receipts stand in the log ' + origin + ', of ' + size + ' entries.')
`
