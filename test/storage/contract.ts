import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DecisionEntry } from '../../shared/domain/entry.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { integrate, root, rootAt } from '../../server/ledger/merkle.ts'
import { nodesOf } from '../../server/ledger/nodes.ts'
import type { AppendedEntry, LedgerStore, NewEntry } from '../../server/ledger/store.ts'

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
      expect(Buffer.compare(rootAt(50, nodesOf(store, 'harbor')), root(whole))).toBe(0)
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
          ...store.subject('harbor', 's1'),
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

    test('what this process writes is seen by the next reader, in the same turn too', async () => {
      const sealed = { salt: Buffer.from('salt'), sealed: Buffer.from('sealed') }
      await append(anEntry('a', { subject: 's1' }, { private: sealed }))
      const evidence = () => store.snapshot(() => store.entryWithEvidence('harbor', 0)!.evidence)
      expect(evidence()).toBe(true)
      store.erasePrivateParts('harbor', 's1')
      expect(evidence()).toBe(false)
      await new Promise(setImmediate)
      const appended = append(anEntry('b'))
      expect(store.snapshot(() => store.log('harbor').size)).toBe(1)
      expect(await appended).toMatchObject([{ index: 1 }])
      expect(store.snapshot(() => store.log('harbor').size)).toBe(2)
      store.saveCheckpoint(
        'harbor',
        () => 'note',
        () => {},
      )
      const saved = { size: 2, note: 'note' }
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

    test('an entry says whether its private part is still there', async () => {
      const sealed = { salt: Buffer.from('salt'), sealed: Buffer.from('sealed') }
      await append(anEntry('a', { subject: 's1' }, { private: sealed }), anEntry('b'))
      const evidence = (index: number) => store.entryWithEvidence('harbor', index)
      expect(evidence(0)).toEqual({ ...store.entry('harbor', 0), evidence: true })
      expect(evidence(1)).toEqual({ ...store.entry('harbor', 1), evidence: false })
      expect(evidence(2)).toBeUndefined()
      store.erasePrivateParts('harbor', 's1')
      expect(evidence(0)).toMatchObject({ evidence: false })
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
      store.erasePrivateParts('harbor', 's')
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
      expect(store.erasePrivateParts('harbor', 's')).toBe(2)
      expect(store.erasePrivateParts('harbor', 's')).toBe(0)
      expect([0, 1, 2, 3].map(index => store.privatePart('harbor', index) !== undefined)).toEqual([
        false,
        true,
        false,
        false,
      ])
      expect(store.log('harbor').size).toBe(4)
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
  return 'known' in answer ? answer.known.index : answer.index
}

/** Spreads ids without randomness. */
function hashOf(text: string): number {
  let hash = 7
  for (const char of text) hash = (hash * 31 + char.codePointAt(0)!) % 1_000_003
  return hash
}
