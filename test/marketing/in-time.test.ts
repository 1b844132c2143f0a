import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendDecisions, type SentDecision } from '../../server/ledger/append.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { historyOf } from '../../server/ledger/history.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusAnswer, StatusQuestion } from '../../server/marketing/status/question.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import type { Program } from '../../shared/domain/site.ts'
import { aDecision, aSecret, textHash } from '../support/decisions.ts'
import { TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import { anOptIn, anOptOut, marketingConfiguration, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import {
  configurationThen,
  knownBy,
  programAnswer,
  purposeAnswer,
  seenIds,
  type LoggedEntry,
  type Moment,
} from '../support/naive-past.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const PEOPLE = 350
const STEPS = 60

/** A world of people who opt in and out, often heard of late and by clocks that are wrong, while programs narrow. */
class World {
  readonly ledger: TestLedger
  readonly actsOf = new Map<number, Set<string>>()
  readonly programsOf = new Map<string, readonly Program[]>()
  /** Plain answers, as they were given when the log had that size. */
  readonly given: {
    readonly question: StatusQuestion
    readonly answer: StatusAnswer
    readonly size: number
  }[] = []
  private readonly random: () => number
  private programs: readonly Program[] = PROGRAMS
  private log: LoggedEntry[] = []

  constructor(seed: number, ledger: TestLedger) {
    this.ledger = ledger
    this.random = seeded(seed)
  }

  /** Of numbers below `n`. */
  below(n: number): number {
    return Math.floor(this.random() * n)
  }

  phone(person: number): string {
    return `+491511${String(2_000_000 + person)}`
  }

  note(person: number, id: string): void {
    this.actsOf.set(person, (this.actsOf.get(person) ?? new Set()).add(id))
  }

  mine(person: number): ReadonlySet<string> {
    return this.actsOf.get(person) ?? new Set()
  }

  private async publish(change: Partial<Program>): Promise<void> {
    this.programs = PROGRAMS.map(p => (p.id === 'offers' ? { ...p, ...change } : p))
    const configuration = marketingConfiguration(this.programs)
    this.programsOf.set(contentHash(configuration), this.programs)
    await publishPrograms(this.ledger, configuration)
  }

  /** Mostly just now; else long before, or at a time no clock should show. */
  private decidedAt(): number {
    const now = this.ledger.now()
    const late = [0, -MINUTE, -HOUR * this.below(72), -DAY * this.below(500), HOUR * this.below(3)]
    return now + late[this.below(8)]! || now
  }

  async live(): Promise<this> {
    await this.publish({})
    for (let step = 0; step < STEPS; step++) {
      // Time goes on; now and then a clock is set back, a little or a lot.
      this.ledger.advance([MINUTE, HOUR, DAY, 3 * HOUR, -20_000, -5 * HOUR][this.below(6)]!)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await this.step()
    }
    // Now is later than everything there was, whatever the clocks said.
    this.ledger.advance(30 * DAY)
    return this
  }

  private async step(): Promise<void> {
    const { ledger, programs } = this
    const change = this.below(9)
    if (change === 0) await this.publish({ countries: ['US'] })
    else if (change === 1) await this.publish({ purpose: 'other' })
    else if (change === 2) await this.publish({})
    const configuration = contentHash(marketingConfiguration(programs))
    const people = Array.from({ length: 20 }, () => this.below(PEOPLE))
    const optIns = people.map(person =>
      anOptIn({ address: this.phone(person), decidedAt: this.decidedAt(), configuration }),
    )
    const optInAnswers = await appendOptIns(ledger, 'harbor', optIns, { programs }, {})
    for (const [i, answer] of optInAnswers.entries()) if ('index' in answer) this.note(people[i]!, answer.id)
    const leaving = people.slice(0, 8)
    const optOuts = leaving.map(person => {
      const program = this.below(2) === 0 ? { program: 'offers' } : {}
      return anOptOut({ address: this.phone(person), decidedAt: this.decidedAt(), ...program })
    })
    const optOutAnswers = await appendOptOuts(ledger, 'harbor', optOuts, { programs })
    for (const [i, answer] of optOutAnswers.entries())
      if ('index' in answer) this.note(leaving[i]!, answer.id)
    const deciding = people.slice(0, 10)
    const decisions = deciding.map(person => this.decision(person, configuration))
    const decisionAnswers = await appendDecisions(ledger, 'harbor', decisions)
    for (const [i, answer] of decisionAnswers.entries())
      if ('index' in answer) this.note(deciding[i]!, answer.id)
      else throw new Error(JSON.stringify(answer))
    for (const person of people) this.ask(person)
  }

  private decision(person: number, configuration: string): SentDecision {
    const choices = { analytics: this.below(3) > 0, marketing: this.below(2) === 0 }
    return aDecision({
      secret: aSecret(person),
      decidedAt: this.decidedAt(),
      configuration,
      text: textHash('first.en'),
      choices,
    })
  }

  private ask(person: number): void {
    const question = { channel: 'sms', address: this.phone(person), program: 'offers' } as const
    this.given.push({ question, answer: this.status(question), size: this.ledger.store.log('harbor').size })
  }

  status(question: StatusQuestion): StatusAnswer {
    const { ledger, programs } = this
    return statusOf(ledger, { key: 'harbor', configuration: { programs } }, question)
  }

  /** Everything in the log, read once. */
  logged(): readonly LoggedEntry[] {
    const { size } = this.ledger.store.log('harbor')
    while (this.log.length < size) this.log.push(this.ledger.store.entry('harbor', this.log.length)!.entry)
    return this.log
  }

  /** Moments around what happened: where an entry came, just before, and anywhere between. */
  moment(): number {
    const { receivedAt, decidedAt = receivedAt } = this.logged()[this.below(this.logged().length)]!
    return [receivedAt, receivedAt - 1, decidedAt, decidedAt - 1, receivedAt + HOUR][this.below(5)]!
  }
}

/** What a marketer may be told, from the plain retelling. */
function expected(world: World, person: number, moment: Moment): Partial<StatusAnswer> {
  const log = world.logged()
  const hash = configurationThen(log, moment)
  const program = hash === undefined ? undefined : world.programsOf.get(hash)!.find(p => p.id === 'offers')!
  if (!program) return { decision: 'block', reason: 'never_asked' }
  const answer = programAnswer(log, world.mine(person), 'offers', moment)
  if (answer.is !== 'yes') return { decision: 'block' }
  const entry = { id: answer.id, index: log.findIndex(line => line.id === answer.id) }
  if (answer.purpose !== program.purpose) return { decision: 'block', reason: 'purpose_mismatch', entry }
  if (!program.countries.includes('DE')) return { decision: 'block', reason: 'country_not_allowed', entry }
  return { decision: 'send', reason: 'ok_express', consentedAt: answer.since, entry }
}

describe.each([11, 12, 13, 14, 15, 16, 17, 18])('of the people of world %i', seed => {
  let world: World
  beforeAll(async () => {
    world = await new World(seed, await testLedger()).live()
  }, 60_000)
  afterAll(() => world.ledger.remove())

  const present = Number.MAX_SAFE_INTEGER

  test('whoever is asked about, at whatever two moments: the answer is that of the whole log told again', () => {
    let sends = 0
    for (let person = 0; person < PEOPLE; person++) {
      const [asOf, knownAsOf] = [world.moment(), world.moment()]
      for (const given of [{ asOf }, { knownAsOf }, {}, { asOf, knownAsOf }]) {
        const answer = world.status({
          channel: 'sms',
          address: world.phone(person),
          program: 'offers',
          ...given,
        })
        const told = expected(world, person, { asOf: present, knownAsOf: present, ...given })
        expect({ given, answer }).toMatchObject({ answer: told })
        if (told.decision === 'send') sends++
      }
    }
    expect(sends).toBeGreaterThan(50)
  })

  test('what was answered then is answered again, by what was known then', () => {
    const log = world.logged()
    let compared = 0
    for (const { question, answer, size } of world.given) {
      // Where a clock was set back, one moment was twice: then the question is another.
      if (knownBy(log, answer.asOf).length !== size) continue
      compared++
      const { known, ...again } = world.status({ ...question, knownAsOf: answer.asOf })
      expect(again).toEqual(answer)
      expect(known).toEqual({ asOf: answer.asOf, entries: size })
    }
    expect(compared).toBeGreaterThan(100)
  })

  test('a browser reads what it had decided, and where that had brought it', () => {
    for (let person = 0; person < PEOPLE; person++) {
      const moment = { asOf: world.moment(), knownAsOf: world.moment() }
      const log = world.logged()
      const mine = world.mine(person)
      const decisions = new Set(log.filter(e => e.choices && mine.has(e.id)).map(e => e.id))
      const { standing, entries } = historyOf(
        world.ledger,
        'harbor',
        subjectOf('harbor', aSecret(person)),
        moment,
      )
      expect(entries.map(line => line.entry.id)).toEqual(seenIds(log, decisions, moment))
      for (const purpose of ['analytics', 'marketing']) {
        const told = purposeAnswer(log, decisions, purpose, moment)
        const { state, since } = standing[purpose] ?? { state: 'never' }
        const isYes = state === 'given' || state === 'renewed'
        expect({ isYes, ...(isYes && { since }) }).toEqual({
          isYes: told.is === 'yes',
          ...(told.is === 'yes' && { since: told.since }),
        })
      }
    }
  })

  test('how long the log was is known at every moment', () => {
    for (let n = 0; n < 500; n++) {
      const moment = world.moment()
      expect(world.ledger.store.recordedBy('harbor', moment)).toBe(knownBy(world.logged(), moment).length)
    }
    expect(world.ledger.store.recordedBy('harbor', TEST_TIME - 1)).toBe(0)
    expect(world.ledger.store.recordedBy('nowhere', present)).toBe(0)
  })
})

describe('decided at one moment, heard of at another', () => {
  let ledger: TestLedger
  beforeAll(async () => {
    ledger = await testLedger()
    await publishPrograms(ledger)
    const { configuration } = anOptIn()
    const optIn = async (decidedAt: number) =>
      appendOptIns(ledger, 'harbor', [anOptIn({ decidedAt, configuration })], { programs: PROGRAMS }, {})
    await optIn(TEST_TIME)
    ledger.advance(3 * HOUR)
    await appendOptOuts(ledger, 'harbor', [anOptOut({ decidedAt: TEST_TIME + HOUR })], { programs: PROGRAMS })
    ledger.advance(HOUR)
  })
  afterAll(() => ledger.remove())

  const told = (moments: Partial<StatusQuestion>) =>
    statusOf(
      ledger,
      { key: 'harbor', configuration: { programs: PROGRAMS } },
      { channel: 'sms', address: '+12025550123', program: 'offers', ...moments },
    ).decision

  test('a withdrawal of one o’clock that came at three: two o’clock by what is known now, and by what was known then', () => {
    const two = TEST_TIME + 2 * HOUR
    expect(told({ asOf: two })).toBe('block')
    expect(told({ asOf: two, knownAsOf: two })).toBe('send')
    expect(told({ knownAsOf: two })).toBe('send')
    expect(told({ asOf: two, knownAsOf: TEST_TIME + 3 * HOUR })).toBe('block')
    expect(told({ asOf: TEST_TIME + HOUR - 1 })).toBe('send')
    expect(told({})).toBe('block')
    expect(told({ knownAsOf: TEST_TIME + 100 * DAY, asOf: TEST_TIME + 100 * DAY })).toBe('block')
    expect(told({ knownAsOf: TEST_TIME - 1 })).toBe('block')
  })
})
