import { describe, expect, test } from 'vitest'
import { listener, type Heard } from '../../server/marketing/keywords.ts'
import { KEYWORDS } from '../../shared/rules/keywords.ts'

const PROGRAMS = [{ id: 'weekly', names: ['Weekly offers', 'Angebote der Woche'] }]
const listen = listener({ languages: ['en', 'de', 'fr', 'es'], day: '2026-11-22', programs: PROGRAMS })
const english = listener({ languages: ['en'], day: '2026-11-22' })

const outcome = (heard: Heard): string =>
  heard.means === 'stop' && heard.program !== undefined ? `stop ${heard.program}` : heard.means

const TABLE: readonly (readonly [string, string])[] = [
  // One keyword, as people spell it.
  ['STOP', 'stop'],
  ['stop', 'stop'],
  ['Stop.', 'stop'],
  ['STOP!', 'stop'],
  [' Stop\n', 'stop'],
  ['“STOP”', 'stop'],
  ['ＳＴＯＰ', 'stop'],
  ['stop\u200b', 'stop'],
  ['STOP 🛑', 'stop'],
  ['Opt-Out', 'stop'],
  ['opt out', 'stop'],
  ['UNSUBSCRIBE', 'stop'],
  ['S T O P', 'stop'],
  ['st op', 'stop'],
  ['stop stop STOP', 'stop'],
  ['STOP PLEASE', 'stop'],
  ['Please stop, thanks', 'stop'],
  ['STOP\nSent from my iPhone', 'stop'],
  ['Stop – Sent from my Galaxy', 'stop'],
  ['STOP\nRobin Vale, Harbor Street', 'stop'],
  // Other languages.
  ['ARRÊT', 'stop'],
  ['arre\u0302t', 'stop'],
  ['Désabonner\nEnvoyé de mon iPhone', 'stop'],
  ['Stopp', 'stop'],
  ['Bitte abmelden', 'stop'],
  ['BAJA', 'stop'],
  // One program only.
  ['STOP weekly', 'stop weekly'],
  ['Stop: Angebote der Woche', 'stop weekly'],
  // Sentences that revoke, perhaps.
  ['STOP 12345', 'suspected'],
  ['Stop texting me already', 'suspected'],
  ['please take me off this list', 'suspected'],
  ['I told you to stop. Stop! This is the third time', 'suspected'],
  ['Sent from the shop? Remove me!', 'suspected'],
  ['Bitte schicken Sie mir keine Werbung mehr', 'suspected'],
  ['Hören Sie auf damit', 'suspected'],
  ['Arrêtez de m’envoyer des messages', 'suspected'],
  ['No quiero más mensajes', 'suspected'],
  // Sentences that do not.
  ['I will stop by at 5', 'other'],
  ['Stop by whenever you like', 'other'],
  ['Cancel my order', 'other'],
  ['Ich komme am Ende der Woche', 'other'],
  ['hello my pin is 1234', 'other'],
  ['👍', 'other'],
  ['', 'other'],
  // Questions and yeses.
  ['HELP', 'help'],
  ['Info please', 'help'],
  ['¿Ayuda?', 'help'],
  ['YES', 'start'],
  ['Yes!', 'start'],
  ['unstop', 'start'],
  ['Oui\nEnvoyé de mon iPhone', 'start'],
  ['Ja', 'start'],
]

describe('what a message says', () => {
  test.each(TABLE)('%j: %s', (body, expected) => {
    expect(outcome(listen(body))).toBe(expected)
  })

  test('a yes is all that was said, or it is none', () => {
    for (const body of ['Yes I will stop by', 'yes please', 'YES\nbut not so often', 'ok yes', 'y e s'])
      expect(english(body).means).not.toBe('start')
  })

  test('everyday words of a language count only where the site writes it', () => {
    expect(english('Baja').means).toBe('other')
    expect(english('TD').means).toBe('other')
    expect(english('Ja').means).toBe('other')
    expect(listen('Baja').means).toBe('stop')
    expect(listen('TD').means).toBe('stop')
    expect(listen('Ja').means).toBe('start')
  })

  test('a number is suspected unless it is the name of a program', () => {
    const numbered = listener({
      languages: [],
      day: '2026-11-22',
      programs: [{ id: 'club', names: ['12345'] }],
    })
    expect(numbered('STOP 12345')).toEqual({ means: 'stop', keyword: 'stop', program: 'club' })
  })

  test('what is answered names words of the lists only, whatever the person wrote', () => {
    const told = new Set(KEYWORDS.map(({ word }) => word))
    const heard = listen('stop texting me, my pin is 1234')
    expect(JSON.stringify(heard)).not.toContain('1234')
    const stop = listen('ＳＴＯＰ!!! Sent from my 1234')
    expect(stop.means === 'stop' && told.has(stop.keyword)).toBe(true)
  })

  test('the words of a day are those that held on it', () => {
    const before = listener({ languages: ['en'], day: '2025-04-10' })
    expect(before('revoke').means).toBe('other')
    expect(english('revoke').means).toBe('stop')
  })
})
