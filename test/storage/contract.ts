import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DecisionEntry, ErasureEntry } from '../../shared/domain/entry.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { listHash } from '../../server/ledger/entry.ts'
import { integrate, root, rootAt } from '../../server/ledger/merkle.ts'
import { nodesOf } from '../../server/ledger/nodes.ts'
import type { AppendedEntry, Erasing, LedgerStore, NewEntry } from '../../server/ledger/store.ts'

export interface OpenedStore {
  readonly store: LedgerStore
  /** Another connection to the same database, as another process has it. */
  another(): LedgerStore
  close(): Promise<void>
}

const TIME = 1_795_334_400_000

/** An entry that only a store could tell from a real one: what it names was never published. */
export function anEntry(
  id: string,
  { site = 'harbor', subject, sent = id, ...rest }: Partial<DecisionEntry> = {},
  extras: Partial<NewEntry> = {},
): NewEntry {
  const entry: DecisionEntry = {
    v: 1,
    site,
    id,
    type: 'decision',
    receivedAt: TIME,
    decidedAt: TIME,
    sent,
    configuration: 'none',
    language: 'en',
    method: 'api',
    choices: { analytics: true },
    ...(subject !== undefined && { subject }),
    ...rest,
  }
  return { entry, ...extras }
}

/** An erasure, as its capability appends it; one of each subject has the same id. */
export function anErasure(subject: string, erases: Erasing = { suppress: [] }, site = 'harbor'): NewEntry {
  const entry: ErasureEntry = {
    v: 1,
    site,
    id: `erasure ${subject}`,
    type: 'erasure',
    receivedAt: TIME,
    sent: '',
    subject,
    reason: 'request',
    parts: 0,
    list: '',
    suppressions: 0,
  }
  return { entry, erases }
}

/** What every database under the ledger must do, whichever it is. */
export function describeLedgerStore(name: string, open: () => OpenedStore): void {
  describe(`the ledger on ${name}`, () => {
    let opened: OpenedStore
    let store: LedgerStore
    beforeEach(() => {
      opened = open()
      store = opened.store
    })
    afterEach(() => opened.close())

    const append = (...entries: NewEntry[]) => store.append('harbor', entries)

    test('a site nobody wrote for is empty and unknown', () => {
      expect(store.sites()).toEqual([])
      expect(store.log('harbor')).toEqual({ size: 0, hashes: [] })
      expect(store.entry('harbor', 0)).toBeUndefined()
      expect(store.current('harbor')).toBeUndefined()
      expect(store.publication('harbor', 'none')).toBeUndefined()
      expect(store.checkpoint('harbor')).toBeUndefined()
    })

    test('entries get the next indexes in order, and read back byte for byte', async () => {
      const entries = ['a', 'b', 'c'].map(id => anEntry(id))
      expect(await append(...entries)).toEqual([0, 1, 2].map(index => ({ index, receivedAt: TIME })))
      expect(await append(anEntry('d'))).toMatchObject([{ index: 3 }])
      expect(store.entry('harbor', 1)!.text).toBe(canonicalJson(entries[1]!.entry))
      expect(store.entryById('harbor', 'b')).toEqual(store.entry('harbor', 1))
    })

    test('the log is the tree of its entries, whatever the batches were', async () => {
      await append(...Array.from({ length: 40 }, (_, i) => anEntry(`x${i}`)))
      for (let i = 0; i < 5; i++) await append(anEntry(`y${i}`), anEntry(`z${i}`))
      const leaves = store.nodes('harbor', 0, 0, 100)
      expect(leaves).toHaveLength(50)
      const whole = integrate({ size: 0, hashes: [] }, leaves).frontier
      const log = store.log('harbor')
      expect(log.size).toBe(50)
      expect(Buffer.compare(root(log), root(whole))).toBe(0)
      expect(store.nodes('harbor', 1, 0, 16)).toHaveLength(3)
      expect(Buffer.compare(rootAt(50, nodesOf(store, 'harbor', 50)), root(whole))).toBe(0)
    })

    test('a known id is answered with what stands under it, and appended once', async () => {
      const [a, b] = [anEntry('a'), anEntry('b')]
      await append(a, b)
      expect(await append(anEntry('b', { sent: 'other' }), anEntry('c'))).toEqual([
        { known: { index: 1, entry: b.entry } },
        { index: 2, receivedAt: TIME },
      ])
      expect(store.log('harbor').size).toBe(3)
    })

    describe('an address', () => {
      const row = (subject: string, blind = 'one') => ({
        blind: Buffer.from(blind),
        subject,
        tie: Buffer.from(`${blind} ${subject}`),
      })
      const of = (id: string, subject: string, blind?: string): NewEntry =>
        anEntry(id, { subject }, { address: row(subject, blind) })
      const owner = (blind = 'one') => store.subjectOfAddress('harbor', Buffer.from(blind))

      test('leads to the subject of the first entry that names it, for good', async () => {
        expect(owner()).toBeUndefined()
        expect(store.standingOfAddress('harbor', Buffer.from('one'))).toBeUndefined()
        await append(of('a', 's1'), of('b', 's1'), of('c', 's2', 'two'))
        expect([owner(), owner('two')]).toEqual(['s1', 's2'])
        expect(store.standingOfAddress('harbor', Buffer.from('one'))).toEqual({
          subject: 's1',
          standing: store.subject('harbor', 's1')!.standing,
        })
        expect(store.subject('harbor', 's1')!.lastIndex).toBe(1)
        expect(store.subjectOfAddress('loom', Buffer.from('one'))).toBeUndefined()
      })

      test('is told to whoever comes second, whose entry is not appended: later, in one call, and at once', async () => {
        expect(await append(of('a', 's1'), of('b', 's2'), anEntry('c'))).toEqual([
          { index: 0, receivedAt: TIME },
          { belongsTo: 's1' },
          { index: 1, receivedAt: TIME },
        ])
        expect(await append(of('b', 's2'))).toEqual([{ belongsTo: 's1' }])
        const [x, y] = await Promise.all([append(of('d', 's3', 'new')), append(of('e', 's4', 'new'))])
        expect([x, y]).toMatchObject([[{ index: 2 }], [{ belongsTo: 's3' }]])
        const other = opened.another()
        expect(await other.append('harbor', [of('f', 's5')])).toEqual([{ belongsTo: 's1' }])
        expect(store.log('harbor').size).toBe(3)
        expect(store.subject('harbor', 's2')).toBeUndefined()
        // Its id is free for the second attempt.
        expect(await append(of('b', 's1'))).toMatchObject([{ index: 3 }])
      })

      test('is not kept for an entry that was known before, was refused, or whose transaction failed', async () => {
        await append(anEntry('a', { subject: 's1' }))
        expect(await append(of('a', 's1'))).toMatchObject([{ known: { index: 0 } }])
        expect(await append(anEntry('a', { sent: 'other' }, { address: row('s1') }))).toMatchObject([
          { known: { index: 0 } },
        ])
        const broken = anEntry('b', { language: 'x'.repeat(70_000) })
        await expect(append(of('c', 's1'), broken)).rejects.toThrow("couldn't append entries")
        expect(owner()).toBeUndefined()
      })
    })

    test('several things read in one snapshot are of one moment, whatever another process writes meanwhile', async () => {
      await append(anEntry('a'))
      const another = opened.another()
      const sign = () =>
        another.saveCheckpoint(
          'harbor',
          () => 'note',
          () => {},
        )
      const seen = store.snapshot(() => {
        const first = store.checkpoint('harbor')
        sign()
        return [first, store.checkpoint('harbor')]
      })
      expect(seen).toEqual([undefined, undefined])
      await new Promise(setImmediate)
      expect(store.checkpoint('harbor')).toEqual({ size: 1, note: 'note' })
    })

    const erase = (subject: string, erases?: Erasing) => append(anErasure(subject, erases))

    test('what this process writes is seen by the next reader, in the same turn too', async () => {
      const sealed = { salt: Buffer.from('salt'), sealed: Buffer.from('sealed') }
      await append(anEntry('a', { subject: 's1' }, { private: sealed }))
      const part = () => store.snapshot(() => store.privatePart('harbor', 0))
      expect(part()).toMatchObject(sealed)
      await erase('s1')
      expect(part()).toBeUndefined()
      await new Promise(setImmediate)
      const appended = append(anEntry('b'))
      expect(store.snapshot(() => store.log('harbor').size)).toBe(2)
      expect(await appended).toMatchObject([{ index: 2 }])
      expect(store.snapshot(() => store.log('harbor').size)).toBe(3)
      store.saveCheckpoint(
        'harbor',
        () => 'note',
        () => {},
      )
      const saved = { size: 3, note: 'note' }
      expect(store.snapshot(() => store.checkpoint('harbor'))).toEqual(saved)
      // It is on disk, and not waiting for readers to be done.
      expect(opened.another().checkpoint('harbor')).toEqual(saved)
    })

    test('a snapshot that fails leaves nothing locked', async () => {
      expect(() =>
        store.snapshot(() => {
          throw new Error('found nothing')
        }),
      ).toThrow('found nothing')
      expect(await append(anEntry('a'))).toMatchObject([{ index: 0 }])
    })

    test('an id twice in one call is known the second time', async () => {
      const first = anEntry('a')
      expect(await append(first, anEntry('a', { sent: 'other' }), anEntry('b'))).toEqual([
        { index: 0, receivedAt: TIME },
        { known: { index: 0, entry: first.entry } },
        { index: 1, receivedAt: TIME },
      ])
    })

    test('a known entry comes with the salt of its private part, until that is erased', async () => {
      const part = { private: { salt: Buffer.alloc(32, 1), sealed: Buffer.alloc(40, 2) } }
      const first = anEntry('a', { subject: 's' }, part)
      await append(first)
      const known = async () => {
        const [answer] = await append(first)
        return answer && 'known' in answer ? answer.known : undefined
      }
      expect(Buffer.from((await known())!.salt!)).toEqual(part.private.salt)
      await erase('s')
      expect(await known()).toEqual({ index: 0, entry: first.entry })
    })

    test('calls of one turn do not disturb one another', async () => {
      const answers = await Promise.all([
        append(anEntry('a')),
        append(anEntry('a', { sent: 'other' })),
        append(anEntry('b')),
      ])
      expect(answers.flat()).toEqual([
        { index: 0, receivedAt: TIME },
        { known: { index: 0, entry: anEntry('a').entry } },
        { index: 1, receivedAt: TIME },
      ])
    })

    test('a call whose entry cannot be encoded fails alone', async () => {
      const broken = anEntry('broken', { configuration: 'x'.repeat(70_000) })
      const answers = await Promise.allSettled([
        append(anEntry('a')),
        append(anEntry('b'), broken),
        append(anEntry('c')),
      ])
      expect(answers.map(answer => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(store.log('harbor').size).toBe(2)
      expect(store.entryById('harbor', 'b')).toBeUndefined()
    })

    test('sites have logs of their own, and the same id in each', async () => {
      await Promise.all([append(anEntry('a')), store.append('loom', [anEntry('a', { site: 'loom' })])])
      expect(store.log('harbor').size).toBe(1)
      expect(store.log('loom').size).toBe(1)
      expect(store.entryById('loom', 'a')!.entry.site).toBe('loom')
    })

    test("a subject's entries are chained and its standing follows them", async () => {
      await append(
        anEntry('a', { subject: 's' }),
        anEntry('b', { subject: 't' }),
        anEntry('c', { subject: 's', choices: { analytics: false } }),
      )
      await append(anEntry('d', { subject: 's', choices: { marketing: true } }))
      expect(store.entryById('harbor', 'd')!.entry).toMatchObject({ previous: 2 })
      expect(store.entryById('harbor', 'c')!.entry).toMatchObject({ previous: 0 })
      expect(store.entryById('harbor', 'b')!.entry).not.toHaveProperty('previous')
      expect(store.subject('harbor', 's')).toMatchObject({
        lastIndex: 3,
        standing: { analytics: { state: 'withdrawn', index: 2 }, marketing: { state: 'given', index: 3 } },
      })
      expect(store.subject('harbor', 'nobody')).toBeUndefined()
    })

    test('private parts lie beside their entries and are erased by subject', async () => {
      const part = (n: number) => ({ private: { salt: Buffer.alloc(32, n), sealed: Buffer.alloc(40, n) } })
      await append(
        anEntry('a', { subject: 's' }, part(1)),
        anEntry('b', { subject: 't' }, part(2)),
        anEntry('c', { subject: 's' }),
        anEntry('d', { subject: 's' }, part(4)),
      )
      expect(store.privatePart('harbor', 3)).toEqual(part(4).private)
      expect(store.privatePart('harbor', 2)).toBeUndefined()
      expect(await erase('s')).toEqual([{ index: 4, receivedAt: TIME }])
      expect(store.entry('harbor', 4)!.entry).toMatchObject({
        previous: 3,
        parts: 2,
        list: listHash(['a', 'd']),
        suppressions: 0,
      })
      expect([0, 1, 2, 3].map(index => store.privatePart('harbor', index) !== undefined)).toEqual([
        false,
        true,
        false,
        false,
      ])
      expect(await erase('s')).toMatchObject([{ known: { index: 4 } }])
      expect(store.log('harbor').size).toBe(5)
    })

    describe('an erasure', () => {
      test('that is for a subject as it stood is left out once that has moved on, in the same commit too', async () => {
        await store.append('harbor', [anEntry('a', { subject: 's1' }), anEntry('b', { subject: 's2' })])
        const erases = (onlyAfter: number) => ({ suppress: [], onlyAfter })
        const [moved, late, still] = await Promise.all([
          store.append('harbor', [anEntry('c', { subject: 's1' })]),
          store.append('harbor', [anErasure('s1', erases(0))]),
          store.append('harbor', [anErasure('s2', erases(1))]),
        ])
        expect([moved, late, still]).toMatchObject([[{ index: 2 }], [{ movedOn: true }], [{ index: 3 }]])
        expect(store.subject('harbor', 's1')?.lastIndex).toBe(2)
        expect(store.log('harbor').size).toBe(4)
      })

      const blind = Buffer.from('one')
      const at = (moment: number) => ({ blind, at: moment, tie: Buffer.from(`tie ${moment}`) })
      const optIn = (id: string, subject: string, extras: Partial<NewEntry> = {}) =>
        anEntry(id, { subject }, { address: { blind, subject, tie: Buffer.from(subject) }, ...extras })

      test('takes the address with it, which leads to nobody, and then to somebody new', async () => {
        await append(optIn('a', 's1'))
        await erase('s1', { suppress: [at(7)] })
        expect(store.subjectOfAddress('harbor', blind)).toBeUndefined()
        expect(store.addressOfSubject('harbor', 's1')).toBeUndefined()
        expect(store.standingOfAddress('harbor', blind)).toEqual({ suppressedAt: 7 })
        await append(optIn('b', 's2'))
        expect(store.addressOfSubject('harbor', 's2')).toEqual(blind)
        expect(store.standingOfAddress('harbor', blind)).toMatchObject({ subject: 's2', suppressedAt: 7 })
      })

      test('of an address suppressed before moves the moment forward, never back', async () => {
        await append(
          anEntry('a', { subject: 's1' }),
          anEntry('b', { subject: 's2' }),
          anEntry('c', { subject: 's3' }),
        )
        await erase('s1', { suppress: [at(7)] })
        await erase('s2', { suppress: [at(9)] })
        await erase('s3', { suppress: [at(8)] })
        expect(store.suppressedAt('harbor', blind)).toBe(9)
        expect(store.entryById('harbor', 'erasure s3')!.entry).toMatchObject({ suppressions: 1 })
      })

      test('never takes the address of another subject', async () => {
        await append(optIn('a', 's1'), anEntry('b', { subject: 's2' }))
        await erase('s2', { suppress: [] })
        expect(store.subjectOfAddress('harbor', blind)).toBe('s1')
      })

      test('turns away what was prepared before it and comes after it', async () => {
        await append(optIn('a', 's1'))
        const preparedAt = store.log('harbor').size
        await erase('s1', { suppress: [] })
        expect(await append(optIn('b', 's1', { preparedAt }))).toEqual([{ erased: true }])
        expect(store.subjectOfAddress('harbor', blind)).toBeUndefined()
        // At once with it, too.
        await append(optIn('c', 's2'))
        const [erasure, late] = await Promise.all([
          erase('s2', { suppress: [] }),
          append(optIn('d', 's2', { preparedAt: store.log('harbor').size })),
        ])
        expect([erasure, late]).toMatchObject([[{ index: 3 }], [{ erased: true }]])
        expect(await append(anEntry('e', { subject: 's2' }, { preparedAt: 4 }))).toMatchObject([{ index: 4 }])
      })
    })

    test('how long the log was at a moment: up to the first entry received later, however the clock went', async () => {
      const times = Array.from({ length: 200 }, (_, n) => TIME + n * 10 - (n % 7 === 0 ? 500 : 0))
      // In calls of many sizes, from two processes: no boundary of theirs is one of the answer.
      for (let begin = 0, n = 1; begin < times.length; begin += n, n = (n * 5) % 23) {
        const batch = times.slice(begin, begin + n)
        const from = n % 2 === 0 ? store : opened.another()
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await from.append(
          'harbor',
          batch.map((receivedAt, i) => anEntry(`${begin + i}`, { receivedAt })),
        )
      }
      for (const moment of [...times, TIME - 501, TIME + 5, TIME + 1e9]) {
        const later = times.findIndex(time => time > moment)
        expect(store.recordedBy('harbor', moment)).toBe(later < 0 ? times.length : later)
      }
    })

    test('what was published while the log had some size', async () => {
      const publish = (id: string, configuration: string): NewEntry => ({
        entry: {
          v: 1,
          site: 'harbor',
          id,
          type: 'configuration-published',
          receivedAt: TIME,
          sent: id,
          configuration,
          files: {},
        },
      })
      await append(anEntry('a'), publish('b', 'one'), anEntry('c'), publish('d', 'two'))
      const at = [0, 1, 2, 3, 4, 9].map(size => store.publicationBefore('harbor', size)?.configuration)
      expect(at).toEqual([undefined, undefined, 'one', 'one', 'two', 'two'])
    })

    test('checkpoints: one note per size, the newest handed to whoever keeps it', async () => {
      await append(anEntry('a'))
      const kept: string[] = []
      const save = (note: string) =>
        store.saveCheckpoint(
          'harbor',
          log => `${note} of ${log.size}`,
          n => kept.push(n),
        )
      expect(save('first')).toEqual({ size: 1, note: 'first of 1' })
      expect(save('second')).toEqual({ size: 1, note: 'first of 1' })
      await append(anEntry('b'))
      expect(save('third')).toEqual({ size: 2, note: 'third of 2' })
      expect(kept).toEqual(['first of 1', 'first of 1', 'third of 2'])
      expect(store.checkpoint('harbor')).toEqual({ size: 2, note: 'third of 2' })
    })

    test('cosignatures: with their checkpoint, once for each witness, seen by everybody at once', async () => {
      await append(anEntry('a'))
      const sign = () =>
        store.saveCheckpoint(
          'harbor',
          log => `note of ${log.size}`,
          () => {},
        )
      sign()
      expect(store.cosignedCheckpoint('harbor')).toBeUndefined()
      expect(() => store.saveCosignature('harbor', 2, { witness: 'w', line: 'l' })).toThrow(/foreign key/i)
      store.saveCosignature('harbor', 1, { witness: 'w', line: 'first' })
      store.saveCosignature('harbor', 1, { witness: 'w', line: 'second' })
      store.saveCosignature('harbor', 1, { witness: 'v', line: 'other' })
      await append(anEntry('b'))
      sign()
      opened.another().saveCosignature('harbor', 2, { witness: 'v', line: 'later' })
      expect(store.cosignatures('harbor', 1)).toEqual([
        { witness: 'v', line: 'other' },
        { witness: 'w', line: 'first' },
      ])
      expect(store.cosignedCheckpoint('harbor')).toEqual({ size: 2, note: 'note of 2' })
      expect(store.cosignedCheckpoint('harbor', 'w')).toEqual({ size: 1, note: 'note of 1' })
      expect(store.cosignedCheckpoint('harbor', 'x')).toBeUndefined()
      expect(store.cosignedCheckpoint('loom')).toBeUndefined()
    })

    test('a refusal to sign saves nothing', async () => {
      await append(anEntry('a'))
      const refuse = () => {
        throw new Error('no')
      }
      expect(() => store.saveCheckpoint('harbor', refuse, () => {})).toThrow('no')
      expect(store.checkpoint('harbor')).toBeUndefined()
      await append(anEntry('b'))
    })

    test('two processes append to one log without a gap or a double', async () => {
      const other = opened.another()
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          (i % 2 === 0 ? store : other).append('harbor', [
            anEntry(`id ${i >> 1}`, { subject: `s${i % 7}`, sent: 'same' }),
          ]),
        ),
      )
      const indexes = answers.flat().map(indexOfAnswer)
      expect(new Set(indexes)).toEqual(new Set(Array(100).keys()))
      expect(store.log('harbor').size).toBe(100)
      expect(other.log('harbor')).toEqual(store.log('harbor'))
      const whole = integrate({ size: 0, hashes: [] }, store.nodes('harbor', 0, 0, 100)).frontier
      expect(Buffer.compare(root(store.log('harbor')), root(whole))).toBe(0)
    })

    test('a thousand appends at once over three sites, half of them twice: each id once, no gap', async () => {
      const sites = ['harbor', 'loom', 'quarry']
      const ids = Array.from({ length: 1_000 }, (_, i) => ({ site: sites[i % 3]!, id: `id ${i}` }))
      const sends = [...ids, ...ids.filter((_, i) => i % 2 === 0)].toSorted(
        (a, b) => hashOf(a.id) - hashOf(b.id),
      )
      const answers = await Promise.all(
        sends.map(({ site, id }) =>
          store.append(site, [anEntry(id, { site, subject: `s${hashOf(id) % 50}` })]),
        ),
      )
      for (const site of sites) {
        const own = sends
          .map((send, i) => ({ ...send, answer: answers[i]![0]! }))
          .filter(send => send.site === site)
        const indexOf = new Map<string, number>()
        for (const { id, answer } of own) {
          const index = indexOfAnswer(answer)
          expect(indexOf.get(id) ?? index).toBe(index)
          indexOf.set(id, index)
        }
        const { size } = store.log(site)
        expect(size).toBe(ids.filter(one => one.site === site).length)
        expect(new Set(indexOf.values())).toEqual(new Set(Array(size).keys()))
        expect(own.filter(({ answer }) => 'index' in answer)).toHaveLength(size)
      }
    })
  })
}

function indexOfAnswer(answer: AppendedEntry): number {
  if ('belongsTo' in answer) throw new Error(`belongs to ${answer.belongsTo}`)
  if ('erased' in answer) throw new Error('was erased')
  if ('movedOn' in answer) throw new Error('has moved on')
  return 'known' in answer ? answer.known.index : answer.index
}

/** Spreads ids without randomness. */
function hashOf(text: string): number {
  let hash = 7
  for (const char of text) hash = (hash * 31 + char.codePointAt(0)!) % 1_000_003
  return hash
}
