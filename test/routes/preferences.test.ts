import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OptInEntry, OptOutEntry } from '../../shared/domain/entry.ts'
import { UNDATED_YES } from '../../shared/domain/marketing.ts'
import { recordConsents } from '../../server/marketing/record-consent.ts'
import { openedPart } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { aDecisionId } from '../support/decisions.ts'
import {
  HARBOR,
  OFFERS,
  PERSON,
  PROGRAMS,
  RESEARCH,
  startPreferences,
  VISITS,
  type PreferencesServer,
} from '../support/preferences-server.ts'

let server: PreferencesServer
beforeEach(async () => {
  server = await startPreferences()
  await server.signUp()
})
afterEach(() => server.close())

const NEW = 'robin.hale@post.example'

/** What the page sends with each of its forms, read from the page as it is now. */
async function formOf(path: string): Promise<Record<string, string>> {
  const page = await (await fetch(server.origin + path)).text()
  return Object.fromEntries(
    ['token', 'id', 'configuration', 'text'].map(name => [
      name,
      new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '',
    ]),
  )
}

const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(server.origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.origin, ...headers },
    body: new URLSearchParams(fields).toString(),
  })

async function press(fields: Record<string, string>, path = server.link('preferences')): Promise<string> {
  const answer = await send(path, { ...(await formOf(path)), ...fields })
  expect(answer.status).toBe(200)
  return visible(await answer.text())
}

/** What can be read of a page: without what is hidden. */
function visible(page: string): string {
  const body = page.slice(page.indexOf('<main>'))
  const tags = /<(\/?)(\w+)([^>]*)>|([^<]+)/g
  let text = ''
  let depth = 0
  let hiddenAt = Infinity
  for (const [, close, tag, attributes, words] of body.matchAll(tags)) {
    if (words !== undefined) {
      if (hiddenAt === Infinity) text += words
      continue
    }
    if (tag === 'input' || tag === 'br') continue
    if (close) {
      if (--depth <= hiddenAt) hiddenAt = Infinity
      if (tag !== 'bdi') text += ' '
    } else {
      if (hiddenAt === Infinity && / hidden(?=[ >]|$)/.test(attributes!)) hiddenAt = depth
      depth++
    }
  }
  return text.replaceAll('&quot;', '"').replace(/\s+/g, ' ')
}

const read = async (path = server.link('preferences')): Promise<string> =>
  visible(await (await fetch(server.origin + path)).text())
const last = <E>(): E => server.ledger.store.entry(HARBOR, server.size() - 1)!.entry as E
const sealed = (index = server.size() - 1) => {
  const { entry } = server.ledger.store.entry(HARBOR, index)!
  return openedPart(server.ledger, entry, index)?.fields
}

test('it shows every program of its channel with where the address stands and since when, and the exact words', async () => {
  await server.signUp({ program: RESEARCH })
  const page = await read()
  expect(page).toContain('For r…@mail.example.')
  expect(page).not.toContain(PERSON)
  // Of the other channel nothing: its address is another one.
  expect(page).not.toContain('marketing texts')
  expect(page).toContain('Harborline offers You get this since November 22, 2026.')
  expect(page).toContain('Harborline questions Asked for on November 22, 2026 and not confirmed yet.')
  for (const { disclosures } of PROGRAMS) {
    const words = disclosures.find(({ channel }) => channel === 'email')!.text['en']!
    expect(page).toContain(words)
  }
})

test('"stop everything" comes first, is one press, and leaves what is no advertising', async () => {
  const page = await read()
  expect(page.indexOf('Stop everything')).toBeLessThan(page.indexOf('One by one'))
  expect(page.indexOf('One by one')).toBeLessThan(page.indexOf('Messages about what you have already'))
  const after = await press({ stop: '*' })
  expect(after).toContain('Everything is stopped. No advertising from Harborline IT Ltd goes to this address')
  expect(last()).toMatchObject({ type: 'opt-out', method: 'preferences', channel: 'email' })
  expect(last<OptOutEntry>().program).toBe(undefined)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(server.status(RESEARCH)).toMatchObject({ decision: 'block' })
  expect(server.status(VISITS)).toMatchObject({ decision: 'send', reason: 'ok_service' })
  expect(await read()).toContain('Engineer visits You get this when there is something to tell.')
})

test('one program is stopped by itself, and research leaves offers', async () => {
  await server.signUp({ program: RESEARCH })
  await server.confirm(RESEARCH)
  expect(server.status(RESEARCH).decision).toBe('send')
  expect(await press({ stop: RESEARCH })).toContain(
    'Stopped: Harborline questions. If that was a mistake, tick its box below and start it again.',
  )
  expect(server.status(RESEARCH)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(server.status(OFFERS).decision).toBe('send')
})

test('service messages are stopped by themselves only, and the page says whom to write to for more', async () => {
  expect(await press({ stop: VISITS })).toContain(
    'If you want it again, write to privacy@harborline.example.',
  )
  expect(server.status(VISITS)).toMatchObject({ decision: 'block' })
  expect(server.status(OFFERS).decision).toBe('send')
})

test('service messages that were stopped stay so when everything else is stopped after them', async () => {
  await press({ stop: VISITS })
  server.ledger.advance(1_000)
  const between = server.ledger.now()
  server.ledger.advance(1_000)
  expect(await press({ stop: '*' })).toContain('Engineer visits Stopped on November 22, 2026.')
  expect(server.status(VISITS)).toMatchObject({ decision: 'block', reason: 'declined' })
  server.ledger.advance(1_000)
  expect(server.statusAt(VISITS, between)).toMatchObject({ decision: 'block' })
  expect(server.statusAt(VISITS, between - 5_000)).toMatchObject({ decision: 'send' })
  expect(server.statusAt(VISITS, server.ledger.now() - 500)).toMatchObject({ decision: 'block' })
})

test('what rested on an enquiry ends by itself, and the page says when', async () => {
  const { ledger } = server
  const { configuration } = ledger.store.current(HARBOR)!
  const consent = {
    id: aDecisionId(),
    channel: 'email',
    program: OFFERS,
    basis: 'implied-inquiry',
    decidedAt: ledger.now() - 400 * 86_400_000,
    evidence: 'full',
    configuration,
    method: 'api',
    actor: 'key:test',
    address: NEW,
  } as const
  await recordConsents(ledger, HARBOR, [consent], { programs: PROGRAMS })
  expect(server.status(OFFERS, NEW).decision).toBe('block')
  expect(await read(server.link('preferences', { address: NEW }))).toContain('This ended by itself on')
})

test('what nobody kept the time of has no date there', async () => {
  const { ledger } = server
  const { configuration } = ledger.store.current(HARBOR)!
  const consent = {
    id: aDecisionId(),
    channel: 'email',
    program: OFFERS,
    basis: 'consent',
    decidedAt: UNDATED_YES,
    evidence: 'asserted',
    configuration,
    method: 'import',
    actor: 'command:test',
    address: NEW,
  } as const
  await recordConsents(ledger, HARBOR, [consent], { programs: PROGRAMS })
  const link = server.link('preferences', { address: NEW })
  expect(await read(link)).toContain('You get this.')
  expect(await (await fetch(server.origin + link)).text()).not.toContain('1970')
})

describe('starting is a yes like the first one', () => {
  beforeEach(async () => {
    await press({ stop: OFFERS })
    server.ledger.advance(1_000)
  })

  test('with an empty box nothing starts', async () => {
    const before = server.size()
    expect(await press({ start: OFFERS })).toContain('The box is not ticked, so nothing was started.')
    expect(await press({ start: OFFERS, yes: 'yes' })).toContain('only for people who are 16 or older')
    expect(server.size()).toBe(before)
  })

  test('with its box ticked the page that was shown is its evidence', async () => {
    const form = await formOf(server.link('preferences'))
    const page = server.ledger.store.current(HARBOR)!.files['preferences.en']
    expect(await press({ start: OFFERS, yes: 'yes', 'of-age': 'yes' })).toContain(
      'Started: Harborline offers.',
    )
    expect(form['text']).toBe(page)
    expect(last<OptInEntry>()).toMatchObject({
      type: 'opt-in',
      method: 'preferences',
      program: OFFERS,
      text: page,
      language: 'en',
      ofAge: true,
      confirmation: 'single',
    })
    expect(sealed()).toMatchObject({ address: PERSON })
    const words = PROGRAMS[0]!.disclosures.find(({ channel }) => channel === 'email')!.text['en']!
    expect(Buffer.from(server.ledger.store.text(HARBOR, page!)!.body).toString()).toContain(words)
    expect(server.status(OFFERS)).toMatchObject({ decision: 'send', reason: 'ok_express' })
  })

  test('where the program asks for it, the address has to confirm', async () => {
    expect(await press({ start: RESEARCH, yes: 'yes', 'of-age': 'yes' })).toContain(
      'Asked for: Harborline questions. Until you confirm it',
    )
    expect(server.status(RESEARCH)).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
  })

  test('a link that only stops starts nothing, whatever is sent with it', async () => {
    const path = server.link('unsubscribe', { program: OFFERS })
    const form = await formOf(server.link('preferences'))
    const token = path.slice(path.indexOf('u.') + 2)
    const before = server.size()
    await send('/s/harbor/preferences.en.html', {
      ...form,
      token,
      start: OFFERS,
      yes: 'yes',
      'of-age': 'yes',
    })
    await send('/s/harbor/preferences.en.html', { ...form, token, move: 'yes', 'new-address': NEW })
    expect(server.size()).toBe(before)
    await send('/s/harbor/preferences.en.html', { ...form, token, stop: RESEARCH })
    expect(last()).toMatchObject({ type: 'opt-out', program: RESEARCH })
  })
})

describe('the address has changed', () => {
  test('the old one is stopped with what it became, sealed; the new one inherits nothing and has to confirm', async () => {
    const subject = server.subjectOf(PERSON)!
    const page = await press({
      move: 'yes',
      'new-address': ` ${NEW} `,
      [`move.${OFFERS}`]: 'yes',
      [`move-of-age.${OFFERS}`]: 'yes',
    })
    expect(page).toContain('Changed: no advertising goes to the old one any more.')
    expect(page).toContain('waits until you confirm it from the new one')
    expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    // Offers ask nobody else to confirm.
    expect(server.status(OFFERS, NEW)).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
    expect(server.status(RESEARCH, NEW)).toMatchObject({ decision: 'block', reason: 'never_asked' })
    const index = server.size() - 2
    expect(server.ledger.store.entry(HARBOR, index)!.entry).toMatchObject({ type: 'opt-out', subject })
    expect(sealed(index)).toEqual({ became: NEW })
    expect(last<OptInEntry>()).toMatchObject({ method: 'preferences', confirmation: 'double' })
    expect(last<OptInEntry>().subject).not.toBe(subject)
    await server.confirm(OFFERS, NEW)
    expect(server.status(OFFERS, NEW)).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
  })

  test('with no box ticked the new one is asked nothing and written nothing', async () => {
    await press({ move: 'yes', 'new-address': NEW })
    expect(server.status(OFFERS).reason).toBe('withdrawn')
    expect(server.subjectOf(NEW)).toBe(undefined)
  })

  test.each<[string, string, string]>([
    ['nothing', '', 'The field is empty'],
    ['no address', 'robin', 'This is no complete e-mail address'],
    ['the same one in other letters', 'Robin.Marsh@MAIL.example', 'This is the one you have already.'],
  ])('%s changes nothing, and what was written is still there', async (_what, address, said) => {
    const before = server.size()
    const path = server.link('preferences')
    const answer = await send(path, { ...(await formOf(path)), move: 'yes', 'new-address': address })
    const page = await answer.text()
    expect(visible(page)).toContain(said)
    expect(page).toContain(`value="${address}"`)
    expect(page).toContain('<details open')
    expect(server.size()).toBe(before)
  })

  test('a new number inherits nothing either', async () => {
    const [old, next] = ['+447400123456', '+447400123457']
    await server.signUp({ channel: 'sms', address: old })
    const path = server.link('preferences', { channel: 'sms', address: old })
    await press({ move: 'yes', 'new-address': '07400 123457' }, path)
    expect(server.status(OFFERS, old, 'sms').reason).toBe('withdrawn')
    expect(server.status(OFFERS, next, 'sms').reason).toBe('never_asked')
  })
})

describe('another address is stopped', () => {
  test('without a link, and with the same answer whether it was known or not', async () => {
    const path = `/s/${HARBOR}/preferences.en.html`
    const known = await press({ other: 'yes', 'other-address': PERSON }, path)
    const unknown = await press({ other: 'yes', 'other-address': 'nobody@mail.example' }, path)
    expect(known).toContain('Recorded: what you wrote gets no more advertising')
    expect(unknown).toBe(known)
    expect(server.status(OFFERS).reason).toBe('withdrawn')
    expect(server.status(OFFERS, 'nobody@mail.example').reason).toBe('declined')
    await press({ other: 'yes', 'other-address': '+44 7400 123456' }, path)
    expect(last()).toMatchObject({ type: 'opt-out', channel: 'sms', method: 'preferences' })
  })

  test('what is no address is said to be none', async () => {
    const before = server.size()
    expect(await press({ other: 'yes', 'other-address': '12' })).toContain(
      'This is no complete e-mail address',
    )
    expect(await press({ other: 'yes', 'other-address': ' ' })).toContain('The field is empty')
    expect(server.size()).toBe(before)
  })
})

describe('what is on record', () => {
  test('is listed, each entry with a receipt that can be checked without us', async () => {
    await press({ stop: OFFERS })
    const path = server.link('preferences')
    const page = await (await fetch(server.origin + path)).text()
    const links = Array.from(page.matchAll(/href="(receipt\.[^"]+)"/g), ([, href]) => href!)
    expect(links).toHaveLength(2)
    for (const link of links) {
      // oxlint-disable-next-line no-await-in-loop
      const answer = await fetch(new URL(link, server.origin + path))
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="receipt-.*\.json"$/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifyReceipt(await answer.json())).toMatchObject({ ok: true })
    }
  })

  test('opens for no other link, and not once its person was erased', async () => {
    await server.signUp({ address: NEW })
    const own = server.ledger.store.subject(HARBOR, server.subjectOf(PERSON)!)!.standing[`email:${OFFERS}`]!
      .act!.id
    const get = (path: string) =>
      fetch(`${server.origin}/s/${HARBOR}/receipt.${own}.json${path.slice(path.indexOf('?'))}`)
    const mine = server.link('preferences')
    expect((await get(mine)).status).toBe(200)
    expect((await get(server.link('preferences', { address: NEW }))).status).toBe(404)
    expect((await get(`?token=${server.link('unsubscribe').split('u.')[1]}`)).status).toBe(404)
    expect((await get('?')).status).toBe(404)
    await server.erasures.erase(HARBOR, { subject: server.subjectOf(PERSON)!, reason: 'request' })
    expect((await get(mine)).status).toBe(404)
  })

  test('with the messages that went to and fro', async () => {
    const subject = server.subjectOf(PERSON)!
    const message = { subject, channel: 'email', at: server.ledger.now(), attempts: 1 } as const
    server.messages.add(HARBOR, {
      ...message,
      id: aDecisionId(),
      kind: 'confirm',
      direction: 'out',
      state: 'sent',
      program: RESEARCH,
    })
    server.messages.add(HARBOR, {
      ...message,
      id: aDecisionId(),
      kind: 'other',
      direction: 'in',
      state: 'received',
    })
    const page = await read()
    expect(page).toContain(
      'You wrote to us November 22, 2026 at 8:00 AM UTC We asked you to confirm: Harborline questions',
    )
    expect(await read(server.link('unsubscribe'))).not.toContain('You wrote to us')
  })
})

test('what was sent twice is stored once, and after going back each form is an act of its own', async () => {
  const path = server.link('preferences')
  const form = await formOf(path)
  const before = server.size()
  await Promise.all([1, 2, 3].map(() => send(path, { ...form, stop: '*' })))
  server.ledger.advance(5_000)
  await send(path, { ...form, stop: '*' })
  expect(server.size()).toBe(before + 1)
  await send(path, { ...form, stop: OFFERS })
  server.ledger.advance(1_000)
  await send(path, { ...form, start: OFFERS, yes: 'yes', 'of-age': 'yes' })
  expect(server.size()).toBe(before + 3)
  expect(server.status(OFFERS).decision).toBe('send')
})

test('its forms are taken from the page itself only', async () => {
  const path = server.link('preferences')
  const form = { ...(await formOf(path)), stop: '*' }
  const before = server.size()
  for (const headers of [{ Origin: 'https://elsewhere.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await send(path, form, headers)).status).toBe(403)
  }
  expect(server.size()).toBe(before)
})

test('a token that is not in the form opens nothing, and one that leads nowhere says so', async () => {
  const path = server.link('preferences')
  const before = server.size()
  const { token: _, ...form } = await formOf(path)
  await send(path, { ...form, stop: '*' })
  await send(path, { ...form, token: 'x'.repeat(54), stop: '*' })
  expect(server.size()).toBe(before)
  const answer = await fetch(`${server.origin}/s/${HARBOR}/preferences.en.html?token=${'x'.repeat(54)}`)
  expect(answer.status).toBe(404)
  expect(visible(await answer.text())).toContain('This link leads to nobody')
})

test('a no by a link is taken whatever comes from its network; a yes waits its turn, and keeps the page', async () => {
  await server.close()
  server = await startPreferences({ limits: { perMinute: 1, burst: 1, sitePerHour: 1_000 } })
  await server.signUp()
  const path = server.link('preferences')
  const form = await formOf(path)
  expect((await send(path, { ...form, other: 'yes', 'other-address': 'a@mail.example' })).status).toBe(200)
  const late = await send(
    path,
    { ...form, start: RESEARCH, yes: 'yes', 'of-age': 'yes' },
    { Accept: 'text/html' },
  )
  expect(late.status).toBe(429)
  expect(visible(await late.text())).toContain('Too much is being sent at the moment')
  expect((await send(path, { ...form, stop: OFFERS })).status).toBe(200)
  expect(server.status(OFFERS).reason).toBe('withdrawn')
})

test('the page tells no other site where it was, is kept by nobody, and runs nothing', async () => {
  const { headers } = await fetch(server.origin + server.link('preferences'))
  expect(headers.get('referrer-policy')).toBe('same-origin')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test('without a language in its address it comes in the one of the browser, and its languages keep the link', async () => {
  const path = server.link('preferences').replace('.en.html', '')
  const answer = await fetch(server.origin + path, { headers: { 'Accept-Language': 'ar' } })
  expect(answer.headers.get('content-language')).toBe('ar')
  const token = path.split('=')[1]!
  expect(await answer.text()).toContain(`href="preferences.de.html?token=${token}"`)
})

test('pressed once more on the page of before, after everything began again: it is a no once more', async () => {
  const path = server.link('preferences')
  const before = await formOf(path)
  await send(path, { ...before, stop: OFFERS })
  server.ledger.advance(60_000)
  await press({ start: OFFERS, yes: 'yes', 'of-age': 'yes' })
  expect(server.status(OFFERS)).toMatchObject({ decision: 'send' })
  server.ledger.advance(60_000)
  const size = server.size()
  for (let n = 0; n < 2; n++) expect((await send(path, { ...before, stop: OFFERS })).status).toBe(200)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(server.size()).toBe(size + 1)
})

test('so it is of another address', async () => {
  const path = '/s/harbor/preferences.en.html'
  const before = await formOf(path)
  const stopOther = () => send(path, { ...before, other: '', 'other-address': PERSON })
  await stopOther()
  server.ledger.advance(60_000)
  await press({ start: OFFERS, yes: 'yes', 'of-age': 'yes' })
  expect(server.status(OFFERS)).toMatchObject({ decision: 'send' })
  server.ledger.advance(60_000)
  await stopOther()
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})

test('and of the page for an address without a link', async () => {
  const path = '/s/harbor/opt-out.en.html'
  const page = await (await fetch(server.origin + path)).text()
  const id = /name="email-id" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const stopThere = () => send(path, { 'email-id': id, 'email-address': PERSON })
  expect((await stopThere()).status).toBe(200)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  server.ledger.advance(60_000)
  await press({ start: OFFERS, yes: 'yes', 'of-age': 'yes' })
  expect(server.status(OFFERS)).toMatchObject({ decision: 'send' })
  server.ledger.advance(60_000)
  await stopThere()
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})
