import type { WidgetLanguage } from '../../shared/domain/language.ts'

/**
 * What is sent of our own, word for word. A message that asks for a confirmation may hold nothing that advertises (in
 * Germany it would need consent itself, UWG section 7): `no-advertising.ts` is what these are held to.
 */
export interface MessageWords {
  readonly confirmMail: {
    readonly title: string
    /** Paragraphs. `{words}`: those agreed to, in quotation marks of the language. */
    readonly paragraphs: readonly string[]
  }
  /** In the plain alphabet of text messages where the language has it, so that it fits into one. */
  readonly confirmText: string
}

export const MESSAGE_WORDS: Readonly<Record<WidgetLanguage, MessageWords>> = {
  en: {
    confirmMail: {
      title: 'Please confirm: {program}',
      paragraphs: [
        'This address was entered on {date} to get messages from {controller} by e-mail: {program}. These words were agreed to:',
        '“{words}”',
        'If it was you, confirm it on this page:',
        '{link}',
        'The link works once, until {until}. Until you confirm, you get nothing else.',
        'If it was not you, do nothing. Then this address gets no messages, and what was entered is deleted.',
      ],
    },
    confirmText:
      '{controller}: reply YES to get {program} by text. Msg & data rates may apply. HELP for help, STOP to stop. Not you? Do nothing.',
  },
  de: {
    confirmMail: {
      title: 'Bitte bestätigen: {program}',
      paragraphs: [
        'Diese Adresse wurde am {date} eingetragen, um Nachrichten von {controller} per E-Mail zu bekommen: {program}. Diesen Worten wurde zugestimmt:',
        '„{words}“',
        'Wenn Sie das waren, bestätigen Sie es auf dieser Seite:',
        '{link}',
        'Der Link gilt einmal, bis {until}. Bis Sie bestätigen, bekommen Sie nichts weiter.',
        'Wenn Sie das nicht waren, tun Sie nichts. Dann bekommt diese Adresse keine Nachrichten, und das Eingetragene wird gelöscht.',
      ],
    },
    confirmText:
      '{controller}: Antworten Sie JA, um {program} per SMS zu bekommen. Es können Kosten anfallen. HELP für Hilfe, STOP zum Beenden. Nicht Sie? Tun Sie nichts.',
  },
  ar: {
    confirmMail: {
      title: 'يرجى التأكيد: {program}',
      paragraphs: [
        'أُدخل هذا العنوان في {date} لتلقي رسائل من {controller} بالبريد الإلكتروني: {program}. وتمت الموافقة على هذه الكلمات:',
        '«{words}»',
        'إن كنت أنت من فعل ذلك، فأكّده في هذه الصفحة:',
        '{link}',
        'يعمل الرابط مرة واحدة حتى {until}. ولن يصلك شيء آخر قبل أن تؤكد.',
        'إن لم تكن أنت، فلا تفعل شيئًا. عندئذ لا تصل أي رسائل إلى هذا العنوان، ويُحذف ما أُدخل.',
      ],
    },
    confirmText:
      '{controller}: أجب بكلمة YES لتصلك {program} برسائل قصيرة. قد تُطبق رسوم. HELP للمساعدة وSTOP للإيقاف. لم تكن أنت؟ لا تفعل شيئًا.',
  },
}
