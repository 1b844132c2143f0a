import type { Channel } from '../../shared/domain/site.ts'
import type { DocumentLanguage } from '../../shared/domain/language.ts'

/** What the texts of a new site speak of. */
export interface Told {
  readonly name: string
  /** Messages a month at most, to whoever asked for them. */
  readonly perMonth: number
  /** Where questions go. */
  readonly email: string
}

interface Words {
  readonly name: string
  readonly description: string
}

/** Every text of a new site in one language. They claim only what the answers of its owner say. */
export interface FirstTexts {
  readonly necessary: Words
  readonly analytics: Words
  readonly marketing: Words
  readonly preferences: Words
  readonly messages: Words
  readonly cookies: { readonly choice: string; readonly onItsWay: string; readonly later: string }
  readonly program: (told: Told) => string
  readonly disclosure: Readonly<Record<Channel, (told: Told) => string>>
  readonly frequency: (told: Told) => string
  readonly replies: Readonly<Record<'welcome' | 'help' | 'stopped', (told: Told) => string>>
  readonly covers: { readonly title: string; readonly body: (told: Told) => string }
  readonly choices: { readonly title: string; readonly body: string }
  readonly byMessage: { readonly title: string; readonly body: string }
}

export const FIRST_TEXTS: Readonly<Record<DocumentLanguage, FirstTexts>> = {
  en: {
    necessary: {
      name: 'Necessary',
      description:
        'Keeps the site working and remembers what you chose here. It is always on, so nobody is asked about it.',
    },
    analytics: {
      name: 'Analytics',
      description: 'Counts how pages are used, so that we can make them better. Statistics, no advertising.',
    },
    marketing: {
      name: 'Marketing',
      description:
        'Lets advertising partners and embedded content, such as videos, recognise your browser on this and other sites.',
    },
    preferences: {
      name: 'Preferences',
      description:
        'Remembers what you have set here, such as your language, and keeps features you asked for working.',
    },
    messages: { name: 'News and offers', description: 'News and offers, sent only if you ask for them.' },
    cookies: {
      choice: 'What you chose, when, and on which version.',
      onItsWay: 'A choice on its way to the record, until the record has it.',
      later: 'That you closed the question for this visit.',
    },
    program: told => `News and offers of ${told.name}`,
    disclosure: {
      email: told =>
        `Yes, send me news and offers from ${told.name} by e-mail, up to ${told.perMonth} a month. I can unsubscribe at any time.`,
      sms: told =>
        `Yes, send me recurring marketing texts from ${told.name}, up to ${told.perMonth} a month. Message and data rates may apply. Consent is not a condition of purchase. Reply STOP to stop, HELP for help.`,
    },
    frequency: told => `At most ${told.perMonth} a month.`,
    replies: {
      welcome: told =>
        `${told.name}: you are signed up for news and offers, up to ${told.perMonth} a month. Message and data rates may apply. Reply HELP for help, STOP to stop.`,
      help: told => `${told.name}: write to ${told.email}. Reply STOP to stop.`,
      stopped: told => `${told.name}: you are unsubscribed, and no more texts will come.`,
    },
    covers: {
      title: 'What this covers',
      body: told =>
        `This notice says what the website of ${told.name} keeps in your browser, and how we record what you chose about it.`,
    },
    choices: {
      title: 'Your choices',
      body: 'Nothing optional runs before you say yes. You can change or withdraw your choice at any time with the control on every page. Every choice, yes or no, is recorded with its time and the text you were shown.',
    },
    byMessage: {
      title: 'Messages',
      body: 'We write to you only if you asked for it, for each channel apart, and you can stop it at any time.',
    },
  },
  de: {
    necessary: {
      name: 'Notwendig',
      description:
        'Hält die Website am Laufen und merkt sich Ihre Auswahl hier. Immer aktiv, deshalb wird danach nicht gefragt.',
    },
    analytics: {
      name: 'Statistik',
      description:
        'Zählt, wie Seiten genutzt werden, damit wir sie verbessern können. Statistik, keine Werbung.',
    },
    marketing: {
      name: 'Marketing',
      description:
        'Lässt Werbepartner und eingebettete Inhalte wie Videos Ihren Browser auf dieser und anderen Websites wiedererkennen.',
    },
    preferences: {
      name: 'Einstellungen',
      description:
        'Merkt sich, was Sie hier eingestellt haben, etwa die Sprache, und lässt Funktionen laufen, die Sie möchten.',
    },
    messages: {
      name: 'Neuigkeiten und Angebote',
      description: 'Neuigkeiten und Angebote, nur wenn Sie danach fragen.',
    },
    cookies: {
      choice: 'Was Sie gewählt haben, wann und in welcher Fassung.',
      onItsWay: 'Eine Auswahl auf dem Weg ins Protokoll, bis sie dort angekommen ist.',
      later: 'Dass Sie die Frage für diesen Besuch geschlossen haben.',
    },
    program: told => `Neuigkeiten und Angebote von ${told.name}`,
    disclosure: {
      email: told =>
        `Ja, senden Sie mir Neuigkeiten und Angebote von ${told.name} per E-Mail, höchstens ${told.perMonth} im Monat. Ich kann mich jederzeit abmelden.`,
      sms: told =>
        `Ja, senden Sie mir wiederkehrende Werbe-SMS von ${told.name}, höchstens ${told.perMonth} im Monat. Es können Kosten für Nachrichten und Daten anfallen. Die Einwilligung ist keine Bedingung für einen Kauf. Antworten Sie STOP zum Beenden, HELP für Hilfe.`,
    },
    frequency: told => `Höchstens ${told.perMonth} im Monat.`,
    replies: {
      welcome: told =>
        `${told.name}: Sie sind für Neuigkeiten und Angebote angemeldet, höchstens ${told.perMonth} im Monat. Es können Kosten für Nachrichten und Daten anfallen. HELP für Hilfe, STOP zum Beenden.`,
      help: told => `${told.name}: Schreiben Sie an ${told.email}. STOP zum Beenden.`,
      stopped: told => `${told.name}: Sie sind abgemeldet, es kommen keine SMS mehr.`,
    },
    covers: {
      title: 'Worum es geht',
      body: told =>
        `Dieser Hinweis sagt, was die Website von ${told.name} in Ihrem Browser speichert und wie wir festhalten, was Sie dazu gewählt haben.`,
    },
    choices: {
      title: 'Ihre Auswahl',
      body: 'Nichts Optionales läuft, bevor Sie zustimmen. Über das Symbol auf jeder Seite können Sie Ihre Auswahl jederzeit ändern oder widerrufen. Jede Auswahl, ob Ja oder Nein, wird mit ihrer Zeit und dem gezeigten Text festgehalten.',
    },
    byMessage: {
      title: 'Nachrichten',
      body: 'Wir schreiben Ihnen nur, wenn Sie es für den jeweiligen Weg verlangt haben, und Sie können es jederzeit beenden.',
    },
  },
  ar: {
    necessary: {
      name: 'ضرورية',
      description: 'تُبقي الموقع عاملًا وتحفظ ما اخترته هنا. تعمل دائمًا، لذلك لا يُطلب رأيك فيها.',
    },
    analytics: {
      name: 'الإحصاءات',
      description: 'تحصي كيفية استخدام الصفحات كي نحسّنها. للإحصاء فقط، بلا إعلانات.',
    },
    marketing: {
      name: 'التسويق',
      description:
        'تتيح لشركاء الإعلان والمحتوى المضمّن، مثل مقاطع الفيديو، التعرّف على متصفحك في هذا الموقع ومواقع أخرى.',
    },
    preferences: {
      name: 'التفضيلات',
      description: 'تتذكر ما ضبطته هنا، مثل اللغة، وتُبقي الميزات التي طلبتها عاملة.',
    },
    messages: { name: 'الأخبار والعروض', description: 'أخبار وعروض لا تُرسل إلا إذا طلبتها.' },
    cookies: {
      choice: 'ما اخترته ومتى وعلى أي إصدار.',
      onItsWay: 'اختيار في طريقه إلى السجل حتى يصل إليه.',
      later: 'أنك أغلقت السؤال في هذه الزيارة.',
    },
    program: told => `أخبار وعروض ${told.name}`,
    disclosure: {
      email: told =>
        `نعم، أرسلوا إليّ أخبار وعروض ${told.name} بالبريد الإلكتروني، بحد أقصى ${told.perMonth} في الشهر. يمكنني إلغاء الاشتراك في أي وقت.`,
      sms: told =>
        `نعم، أرسلوا إليّ رسائل تسويقية قصيرة متكررة من ${told.name}، بحد أقصى ${told.perMonth} في الشهر. قد تُطبق رسوم الرسائل والبيانات. الموافقة ليست شرطًا للشراء. أجب بكلمة STOP للإيقاف وHELP للمساعدة.`,
    },
    frequency: told => `${told.perMonth} في الشهر كحد أقصى.`,
    replies: {
      welcome: told =>
        `${told.name}: تم اشتراكك في الأخبار والعروض، بحد أقصى ${told.perMonth} في الشهر. قد تُطبق رسوم الرسائل والبيانات. أجب بكلمة HELP للمساعدة وSTOP للإيقاف.`,
      help: told => `${told.name}: راسلنا على ${told.email}. أجب بكلمة STOP للإيقاف.`,
      stopped: told => `${told.name}: تم إلغاء اشتراكك ولن تصلك رسائل بعد الآن.`,
    },
    covers: {
      title: 'ما الذي يشمله هذا',
      body: told => `يوضح هذا الإشعار ما يحفظه موقع ${told.name} في متصفحك، وكيف نسجّل ما اخترته بشأنه.`,
    },
    choices: {
      title: 'اختياراتك',
      body: 'لا يعمل أي شيء اختياري قبل موافقتك. يمكنك تغيير اختيارك أو سحبه في أي وقت من الزر الموجود في كل صفحة. يُسجَّل كل اختيار، بالقبول أو بالرفض، مع وقته والنص الذي عُرض عليك.',
    },
    byMessage: {
      title: 'الرسائل',
      body: 'لا نراسلك إلا إذا طلبت ذلك، ولكل قناة على حدة، ويمكنك إيقافها في أي وقت.',
    },
  },
}
