import type { Dated } from './dated.ts'

/** What a whole message may mean that is nothing but one of these words. */
export type KeywordMeaning = 'stop' | 'help' | 'start'

export interface Keyword extends Dated {
  readonly means: KeywordMeaning
  /** Compared without case, accents, punctuation and format characters. */
  readonly word: string
  /** BCP 47. */
  readonly language: string
  /** `always`: whatever the site's languages are; `in-language`: an everyday word elsewhere, so only where the site writes it. */
  readonly on: 'always' | 'in-language'
}

const FCC = '47 CFR 64.1200(a)(10), words that revoke consent per se'
const TWILIO = 'Twilio, "Support for opt-out keywords (SMS STOP filtering)"'
const TWILIO_PROXY = 'Twilio, "Opt-out keywords" (Proxy)'
const AWS = 'AWS End User Messaging SMS, "Opt-out keywords"'
const CTIA = 'CTIA Messaging Principles and Best Practices (2023), 5.1.3'
/** No authority lists it: what people write who have been told to write STOP in their own language. */
const OURS = 'Assent: the ordinary word of the language'

type Row = Pick<Keyword, 'means' | 'word' | 'language' | 'source'> & Partial<Keyword>
const row = ({ on = 'always', checked = false, ...rest }: Row): Keyword => ({ ...rest, on, checked })

const words = (
  means: KeywordMeaning,
  language: string,
  source: string,
  listed: readonly string[],
  rest: Partial<Keyword> = {},
): Keyword[] => listed.map(word => row({ means, word, language, source, ...rest }))

/** One row for each source that names a word, so that a source can change alone. */
export const KEYWORDS: readonly Keyword[] = [
  ...words('stop', 'en', FCC, ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'], {
    from: '2025-04-11',
  }),
  ...words('stop', 'en', TWILIO, ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit']),
  ...words('stop', 'en', TWILIO, ['revoke', 'optout'], { from: '2025-04-11' }),
  ...words('stop', 'en', AWS, [
    'cancel',
    'end',
    'opt-out',
    'optout',
    'quit',
    'remove',
    'stop',
    'unsubscribe',
  ]),
  ...words('stop', 'en', OURS, ['stop all', 'unsubscribe all', 'stop it', 'stop this']),
  ...words('stop', 'fr', TWILIO_PROXY, ['arret', 'arrett', 'arrete']),
  ...words('stop', 'fr', AWS, ['arret']),
  ...words('stop', 'fr', AWS, ['td'], { on: 'in-language' }),
  ...words('stop', 'fr', OURS, [
    'arrêt',
    'arrêter',
    'arrêtez',
    'désabonner',
    'désabonnement',
    'désinscrire',
    'désinscription',
    'stop sms',
  ]),
  ...words('stop', 'fr', OURS, ['annuler', 'fin'], { on: 'in-language' }),
  ...words('stop', 'es', OURS, [
    'detener',
    'cancelar suscripción',
    'darse de baja',
    'dar de baja',
    'desuscribir',
  ]),
  ...words('stop', 'es', OURS, ['alto', 'baja', 'parar', 'pare', 'cancelar', 'fin'], { on: 'in-language' }),
  ...words('stop', 'de', OURS, [
    'stopp',
    'stoppen',
    'abmelden',
    'abbestellen',
    'abmeldung',
    'austragen',
    'widerruf',
    'widerrufen',
    'kündigen',
  ]),
  ...words('stop', 'de', OURS, ['ende', 'aus', 'schluss'], { on: 'in-language' }),
  ...words('stop', 'pt', OURS, ['cancelar inscrição', 'descadastrar', 'remover']),
  ...words('stop', 'pt', OURS, ['parar', 'pare', 'sair', 'cancelar', 'fim'], { on: 'in-language' }),
  ...words('stop', 'it', OURS, ['disiscrivi', 'disiscriviti', 'disiscrivimi', 'cancellami']),
  ...words('stop', 'it', OURS, ['ferma', 'fermare', 'annulla', 'basta'], { on: 'in-language' }),
  ...words('stop', 'nl', OURS, ['afmelden', 'uitschrijven', 'stoppen', 'afmelding', 'opzeggen']),
  ...words('stop', 'nl', OURS, ['einde'], { on: 'in-language' }),

  ...words('help', 'en', CTIA, ['help', 'info']),
  ...words('help', 'en', TWILIO, ['help', 'info']),
  ...words('help', 'fr', OURS, ['aide']),
  ...words('help', 'es', OURS, ['ayuda']),
  ...words('help', 'de', OURS, ['hilfe']),
  ...words('help', 'pt', OURS, ['ajuda']),
  ...words('help', 'it', OURS, ['aiuto']),
  ...words('help', 'nl', OURS, ['hulp']),

  ...words('start', 'en', TWILIO, ['start', 'yes', 'unstop']),
  // A yes has to be sure: the words of other languages count where the site writes them.
  ...words('start', 'fr', OURS, ['oui'], { on: 'in-language' }),
  ...words('start', 'es', OURS, ['sí', 'alta'], { on: 'in-language' }),
  ...words('start', 'de', OURS, ['ja'], { on: 'in-language' }),
  ...words('start', 'pt', OURS, ['sim'], { on: 'in-language' }),
  ...words('start', 'it', OURS, ['sì'], { on: 'in-language' }),
  ...words('start', 'nl', OURS, ['ja'], { on: 'in-language' }),
]

/** A few words to a line. */
function listed(...lines: readonly string[]): string[] {
  return lines.flatMap(line => line.split(', '))
}

/** Words that may stand before or behind a keyword and change nothing: "please stop", "STOP now, thanks". */
export const COURTESIES: readonly string[] = listed(
  'please, pls, plz, now, thanks, thank you, thx, ok, okay, hi, hello, just',
  'svp, s’il vous plaît, merci',
  'por favor, gracias, ya',
  'bitte, danke, sofort',
  'obrigado, obrigada, per favore, grazie, alsjeblieft, alstublieft, aub, bedankt',
)

export interface RevocationPhrase {
  /** Compared as keywords are, anywhere in a message, whole words only. */
  readonly phrase: string
  readonly language: string
  readonly source: string
}

/**
 * Words of a sentence after which the sender must not go on as if nothing had been said (47 CFR 64.1200(a)(10): other
 * words count under the totality of circumstances). A person decides what was meant, so too many is better than too few.
 */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  en: listed(
    'stop texting, stop sending, stop messaging, stop contacting, stop writing, stop calling',
    'stop emailing, stop mailing, stop spamming, stop bothering, stop these, stop those, stop the texts',
    'stop the messages, stop your, stop all, stop with, quit texting, quit sending, quit messaging',
    'remove me, remove my, take me off, get me off, delete my number, delete me, lose my number',
    'unsubscribe, unsubscribed, opt out, opt me out, optout, opting out, opted out',
    'no more messages, no more texts, no more sms, no more emails, no more mails, no more of these',
    'do not text, dont text, do not contact, dont contact, do not message, dont message',
    'do not send me, dont send me, do not write, dont write me, never text, never contact',
    'dont want these, do not want these, dont want your, do not want your, dont want any more',
    'leave me alone, not interested, revoke my consent, withdraw my consent, i revoke, i withdraw',
    'wrong number, wrong person, never signed up, did not sign up, didnt sign up',
    'this is spam, cease and desist, i will report, reporting you',
  ),
  fr: listed(
    'arrêtez de m, arrêtez de me, arrêtez d’envoyer, arrêtez vos, arrêtez ces, arrêter de m, arrête de m',
    'arrêtez de m’envoyer, arrêtez de m’écrire, arrête de m’envoyer, cessez de, ne m’envoyez plus',
    'ne m’écrivez plus, ne me contactez plus, n’envoyez plus, plus de messages, plus de sms, plus de mails',
    'désabonner, désabonnez, désinscrire, désinscrivez, désinscription, désabonnement',
    'retirez moi, supprimez moi, supprimez mon, retirez mon, je ne veux plus, laissez moi tranquille',
    'mauvais numéro, pas intéressé, pas intéressée, je retire mon consentement, stop aux',
  ),
  es: listed(
    'dejen de, deje de, deja de, dejad de, no me envíen, no me envíe, no me envíes, no me manden',
    'no me mande, no me mandes, no me escriban, no me escriba, no me contacten, no quiero más',
    'no quiero recibir, no más mensajes, no más sms, no más correos, darme de baja, dar de baja',
    'dame de baja, denme de baja, elimíneme, elimínenme, bórrenme, bórreme, quítenme, quíteme',
    'sáquenme, cancelar mi suscripción, número equivocado, no me interesa, retiro mi consentimiento',
  ),
  de: listed(
    'keine nachrichten mehr, keine sms mehr, keine mails mehr, keine e mails mehr, keine werbung',
    'hören sie auf, hört auf, hör auf, nicht mehr schreiben, schreiben sie mir nicht, schreibt mir nicht',
    'nicht mehr kontaktieren, kontaktieren sie mich nicht, nicht mehr schicken, schicken sie mir keine',
    'senden sie mir keine, nichts mehr schicken, nichts mehr senden, abmelden, abbestellen, abgemeldet',
    'melden sie mich ab, meldet mich ab, melde mich ab, löschen sie meine, löschen sie mich, löscht meine',
    'aus dem verteiler, aus ihrem verteiler, aus der liste, ich widerrufe, widerrufe meine, widerspreche',
    'lassen sie mich in ruhe, lasst mich in ruhe, falsche nummer, kein interesse, will das nicht mehr',
    'möchte das nicht mehr, möchte keine, will keine',
  ),
  pt: listed(
    'pare de, parem de, não me envie, não me enviem, não me mande, não me mandem, não quero mais',
    'não quero receber, não me contacte, não me contate, sem mais mensagens, chega de mensagens',
    'sair da lista, descadastrar, descadastre, remova me, me remova, remova meu, me tire, me retire',
    'cancelar minha inscrição, cancelar a subscrição, número errado, retiro o meu consentimento',
  ),
  it: listed(
    'smettete di, smetta di, smettila di, non inviatemi, non mandatemi, non scrivetemi, non mi scrivete',
    'non contattatemi, non voglio più, non voglio ricevere, basta messaggi, basta sms, niente più messaggi',
    'cancellatemi, disiscrivetemi, disiscrivermi, cancellarmi, rimuovetemi, toglietemi, numero sbagliato',
    'revoco il consenso, ritiro il consenso, lasciatemi in pace',
  ),
  nl: listed(
    'geen berichten meer, geen sms meer, geen smsjes meer, geen mails meer, stuur geen, stuur me geen',
    'stuur mij geen, stop met, schrijf me uit, schrijf mij uit, uitschrijven, afmelden, meld me af',
    'meld mij af, haal me van, haal mij van, verwijder mijn, verwijder me, niet meer sturen',
    'neem geen contact, verkeerd nummer, laat me met rust, ik trek mijn toestemming',
  ),
}

export const REVOCATION_PHRASES: readonly RevocationPhrase[] = Object.entries(PHRASES).flatMap(
  ([language, phrases]) => phrases.map(phrase => ({ phrase, language, source: OURS })),
)

/** What telephones and mail programs write under a message, as it begins. */
export const SIGNATURES: readonly string[] = listed(
  'sent from my, sent from, sent via, sent with, get outlook for',
  'envoyé de mon, envoyé depuis, envoyé à partir de, obtenez outlook, télécharger outlook',
  'enviado desde, enviado de mi, obtener outlook',
  'von meinem, gesendet von, gesendet mit, diese nachricht wurde von, outlook für',
  'enviado do meu, enviado a partir do, enviada do meu',
  'inviato da, inviato dal, scarica outlook',
  'verzonden vanaf, verstuurd vanaf, verzonden met',
)
