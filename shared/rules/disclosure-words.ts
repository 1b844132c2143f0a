import type { DocumentLanguage } from '../domain/language.ts'
import type { Disclosed } from './disclosures.ts'

type Patterns = Readonly<Record<DocumentLanguage, RegExp>>

const CONTACT =
  /[^\s@]+@[^\s@]+\.\p{L}{2,}|https?:\/\/\S|(?<![\w.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?!\w)|\+?\d[\d\s().-]{5,}\d/iu

/** A word in capitals, as it is to be sent, whatever the language around it: Arabic writes "and" onto it. */
const capitals = (word: string): RegExp =>
  new RegExp(`(?<![\\p{Script=Latin}\\p{N}])${word}(?![\\p{Script=Latin}\\p{N}])`, 'u')
const inAll = (pattern: RegExp): Patterns => ({ en: pattern, de: pattern, ar: pattern })

/** How one thing is told, by language: a new language of the widget has to be added here before it compiles. */
export interface Telling {
  /** What is missing, said to the owner. */
  readonly what: string
  /** Any of these tells it; absent: a name is looked for. */
  readonly patterns?: Patterns
  /** Otherwise what is matched is in lower case. */
  readonly keepsCase?: true
  /** Would tell it; `{brand}`, `{program}`, `{recipient}` and `{contact}` are filled in. */
  readonly sentence: Readonly<Record<DocumentLanguage, string>>
}

/** Words are found by patterns, which cannot judge a sentence: they ask that the thing is spoken of at all. */
export const TELLINGS: Readonly<Record<Disclosed, Telling>> = {
  brand: {
    what: 'who sends',
    sentence: { en: 'From {brand}.', de: 'Von {brand}.', ar: 'من {brand}.' },
  },
  sends: {
    what: 'what is sent',
    patterns: {
      en: /\b(offers?|news|newsletters?|marketing|promotions?|promotional|advertis\w+|discounts?|deals?|coupons?|vouchers?|sales?|updates?|alerts?|reminders?|notifications?|notices|invitations?|surveys?|questions?|events?|tips|recipes|your (orders?|deliver(y|ies)|appointments?|bookings?)|ask me)\b/,
      de: /angebot|neuigkeit|neuheit|nachrichten (über|zu)|newsletter|werb|rabatt|gutschein|aktion|aktualisierung|update|benachrichtig|erinner|hinweise|umfrage|frage|einladung|veranstaltung|termin|bestellung|lieferung|tipps|rezepte/,
      ar: /عروض|عرض|[أا]خبار|تسويق|ترويج|[إا]علان|خصم|خصومات|تخفيض|قسائم|تنبيه|تذكير|تحديث|[إا]شعار|استبيان|استطلاع|[أا]سئلة|تس[أا]ل|دعوة|دعوات|فعالي|موعد|مواعيد|طلبك|طلبي|توصيل|نصائح/,
    },
    sentence: { en: 'About: {program}.', de: 'Zu: {program}.', ar: 'عن: {program}.' },
  },
  frequency: {
    what: 'how often messages come',
    patterns: {
      en: /frequency (may )?var(y|ies)|\b(once|twice|daily|weekly|monthly|quarterly|yearly|annually|fortnightly|one-time|single)\b|\b(a|an|per|each|every|any) (\w+ )?(day|week|month|quarter|year|order|delivery|appointment|booking)s?\b|\/ ?(day|week|month|mo|year)\b/,
      de: /häufigkeit|einmalig|\b(täglich|wöchentlich|monatlich|vierteljährlich|jährlich)|(pro|im|in der|je|jede[nrs]?|alle) (\S+ )?(tag|woche|monat|quartal|jahr|bestellung|lieferung|termin)/,
      ar: /يختلف عدد|تختلف وتيرة|يتفاوت عدد|(في|كل) (ال)?(يوم|[أا]سبوع|شهر|سنة|عام)|يوميا|[أا]سبوعي|شهريا|سنويا|مرة واحدة|لكل (طلب|موعد)/,
    },
    sentence: {
      en: 'Message frequency varies.',
      de: 'Die Häufigkeit der Nachrichten ist verschieden.',
      ar: 'يختلف عدد الرسائل.',
    },
  },
  rates: {
    what: 'that message and data rates may apply',
    patterns: {
      en: /\b(message|msg|text)s?(aging)? ?(and|&|\+|\/) ?data (rates?|charges?|fees?) (may|might|can|could) apply/,
      de: /(kosten|gebühren|entgelte?|tarife?)[^.]{0,40}(nachrichten|sms)[^.]{0,20}daten|(nachrichten|sms)[^.]{0,20}daten[^.]{0,50}(kosten|gebühren|entgelt|tarif)/,
      ar: /(رسوم|تكاليف|تكلفة)[^.]{0,20}رسائل[^.]{0,20}بيانات/,
    },
    sentence: {
      en: 'Message and data rates may apply.',
      de: 'Es können Kosten für Nachrichten und Daten anfallen.',
      ar: 'قد تُطبق رسوم الرسائل والبيانات.',
    },
  },
  stop: {
    what: 'how to stop',
    patterns: {
      en: /\bunsubscribe\b|\bopt[ -]?out\b|\bstop\b|\bwithdraw\b|\bcancel\b/,
      de: /\bstop(p|pen)?\b|abmeld|abbestell|widerruf|beenden|abwählen|austragen/,
      ar: /[إا]لغاء|[إا]يقاف|[أا]وقف|سحب|\bstop\b/,
    },
    sentence: {
      en: 'I can unsubscribe at any time.',
      de: 'Ich kann mich jederzeit abmelden.',
      ar: 'يمكنني إلغاء الاشتراك في أي وقت.',
    },
  },
  STOP: {
    what: 'that STOP stops',
    keepsCase: true,
    patterns: inAll(capitals('STOP')),
    sentence: {
      en: 'Reply STOP to stop.',
      de: 'Antworten Sie STOP zum Beenden.',
      ar: 'أجب بكلمة STOP للإيقاف.',
    },
  },
  HELP: {
    what: 'that HELP brings help',
    keepsCase: true,
    patterns: inAll(capitals('HELP')),
    sentence: {
      en: 'Reply HELP for help.',
      de: 'Antworten Sie HELP für Hilfe.',
      ar: 'أجب بكلمة HELP للمساعدة.',
    },
  },
  'no-condition': {
    what: 'that consent is no condition of a purchase',
    patterns: {
      en: /\b(not|never|no)\b[^.]{0,20}\b(condition|requirement|required|necessary|needed)\b[^.]{0,40}\b(purchas|buy|order)|without (agreeing|consent)[^.]{0,40}\b(purchas|buy|order)|\b(purchas|buy|order)\w*[^.]{0,40}\b(not|never)\b[^.]{0,15}\b(require|depend)/,
      de: /(keine (bedingung|voraussetzung)|nicht (erforderlich|nötig|notwendig|bedingung|voraussetzung))[^.]{0,40}(kauf|erwerb|bestell|vertrag)|(kauf|erwerb|bestell|vertrag)[^.]{0,60}(nicht (erforderlich|nötig|notwendig|davon)|keine (bedingung|voraussetzung))/,
      ar: /(ليس|ليست|لا تعد|لا تعتبر|من دون|دون)[^.]{0,15}(شرط|اشتراط|الزام|إلزام)[^.]{0,20}(شراء|الشراء)/,
    },
    sentence: {
      en: 'Consent is not a condition of purchase.',
      de: 'Die Einwilligung ist keine Bedingung für einen Kauf.',
      ar: 'الموافقة ليست شرطًا للشراء.',
    },
  },
  stopped: {
    what: 'that no more messages come',
    patterns: {
      en: /\bno (more|further)\b|\bnot (receive|get)\b|won['’]t (receive|get)|unsubscribed|opted out/,
      de: /keine[^.]{0,40}(mehr|weiteren)|keine weiteren|abgemeldet|abbestellt/,
      ar: /لن (تصلك|تتلقى|تصل)|[أا]لغي اشتراك|تم [إا]لغاء/,
    },
    sentence: {
      en: 'No more messages will come.',
      de: 'Es kommen keine Nachrichten mehr.',
      ar: 'لن تصلك رسائل بعد الآن.',
    },
  },
  contact: {
    what: 'how to reach you',
    keepsCase: true,
    patterns: inAll(CONTACT),
    sentence: { en: 'Write to {contact}.', de: 'Schreiben Sie an {contact}.', ar: 'راسلنا على {contact}.' },
  },
  recipient: {
    what: 'with whom it is shared',
    sentence: {
      en: 'What I give is shared with {recipient}.',
      de: 'Meine Angaben werden an {recipient} weitergegeben.',
      ar: 'تُشارَك بياناتي مع {recipient}.',
    },
  },
  'by-email': {
    what: 'that it comes by e-mail',
    patterns: { en: /e-?mail|newsletter/, de: /e-?mail|newsletter/, ar: /بريد|[إا]يميل/ },
    sentence: { en: 'By e-mail.', de: 'Per E-Mail.', ar: 'بالبريد الإلكتروني.' },
  },
  'by-sms': {
    what: 'that it comes by text message',
    patterns: {
      en: /\btext(s|ing|ed)?\b|\bsms\b/,
      de: /sms|textnachricht|kurznachricht/,
      ar: /رسا(ئل|لة) (ال)?(نصية|قصيرة|تسويقية قصيرة)|الرسائل (النصية|القصيرة)|\bsms\b/,
    },
    sentence: { en: 'By text message (SMS).', de: 'Per SMS.', ar: 'برسائل قصيرة (SMS).' },
  },
}

/** What companies end in, which nobody says of a brand. */
export const LEGAL_FORMS =
  /[\s,]+(ltd|limited|plc|llp|llc|lp|inc|incorporated|corp|corporation|co|company|gmbh|mbh|ag|kg|ug|ohg|e\.?\s?k|e\.?\s?v|se|sa|sas|sarl|srl|spa|bv|b\.v|nv|n\.v|ab|as|a\/s|aps|oy|oyj|pty|pte|kk|s\.a|s\.r\.l|s\.p\.a)\.?$/i
