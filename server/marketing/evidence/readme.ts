import type { DocumentLanguage } from '../../../shared/domain/language.ts'
import type { Evidence } from './read.ts'

interface ReadmeWords {
  readonly title: string
  readonly about: string
  readonly files: readonly (readonly [name: string, what: string])[]
  readonly check: readonly string[]
  readonly nothing: string
  readonly private: string
  readonly advice: string
}

const WORDS: Readonly<Record<DocumentLanguage, ReadmeWords>> = {
  en: {
    title: 'Evidence of consent',
    about: 'What is on record of one address about one program, with its proof. Open evidence.html first.',
    files: [
      ['evidence.html', 'everything on one page, to read and to print'],
      ['record.json', 'the same for programs'],
      ['receipts/', 'one receipt for each entry: these are the proof'],
      ['texts/', 'what was shown: the very bytes, and the words read out of them'],
      ['checkpoint.txt', 'the root of the log, signed by the log, and by witnesses where there are any'],
      ['vkey.txt', 'the key of the log'],
      ['verify.mjs', 'checks all of it'],
      ['SHA256SUMS', 'the sum of every file: sha256sum -c SHA256SUMS'],
    ],
    check: [
      'To check it, on a machine without a network, with Node 22 or later:',
      'Compare that root with one you have from elsewhere: what the log published at that size (GET /log/<site>/checkpoint), what a witness keeps, or what you wrote down on the day. A pack whose root nobody else knows proves no more than that it fits itself.',
      'The sums show an accident, not an intent: whoever can change a file can change its sum. The receipts, their words and their times hold against the root. evidence.html and record.json retell them; where they differ, the receipts count.',
    ],
    nothing: 'Nothing is on record, so there is nothing to prove.',
    private: 'This pack holds personal data: keep it as such, and give it to nobody but whom it concerns.',
    advice: 'Not legal advice.',
  },
  de: {
    title: 'Nachweis der Einwilligung',
    about:
      'Was zu einer Adresse und einem Programm festgehalten ist, mit Beweis. Öffnen Sie zuerst evidence.html.',
    files: [
      ['evidence.html', 'alles auf einer Seite, zum Lesen und Drucken'],
      ['record.json', 'dasselbe für Programme'],
      ['receipts/', 'ein Beleg für jeden Eintrag: Diese sind der Beweis'],
      ['texts/', 'was gezeigt wurde: genau die Bytes, und die Worte daraus'],
      [
        'checkpoint.txt',
        'die Wurzel des Protokolls, signiert vom Protokoll und von Zeugen, wo es welche gibt',
      ],
      ['vkey.txt', 'der Schlüssel des Protokolls'],
      ['verify.mjs', 'prüft alles'],
      ['SHA256SUMS', 'die Summe jeder Datei: sha256sum -c SHA256SUMS'],
    ],
    check: [
      'So prüfen Sie es, auf einem Rechner ohne Netz, mit Node 22 oder neuer:',
      'Vergleichen Sie diese Wurzel mit einer, die Sie von anderswo haben: was das Protokoll bei dieser Größe veröffentlicht hat (GET /log/<site>/checkpoint), was ein Zeuge aufbewahrt, oder was Sie sich damals notiert haben. Ein Paket, dessen Wurzel sonst niemand kennt, beweist nur, dass es zu sich selbst passt.',
      'Die Summen zeigen ein Versehen, keine Absicht: Wer eine Datei ändern kann, kann auch ihre Summe ändern. Die Belege, ihre Worte und Zeiten halten gegen die Wurzel. evidence.html und record.json erzählen sie nach; wo sie sich unterscheiden, gelten die Belege.',
    ],
    nothing: 'Es ist nichts festgehalten, also gibt es nichts zu beweisen.',
    private:
      'Dieses Paket enthält personenbezogene Daten: Bewahren Sie es so auf, und geben Sie es nur, wen es angeht.',
    advice: 'Keine Rechtsberatung.',
  },
  ar: {
    title: 'دليل الموافقة',
    about: 'ما هو مسجل عن عنوان واحد وبرنامج واحد، مع إثباته. افتح evidence.html أولًا.',
    files: [
      ['evidence.html', 'كل شيء في صفحة واحدة للقراءة والطباعة'],
      ['record.json', 'الشيء نفسه للبرامج'],
      ['receipts/', 'إيصال لكل قيد: هذه هي الإثبات'],
      ['texts/', 'ما عُرض: البايتات نفسها والنص المقروء منها'],
      ['checkpoint.txt', 'جذر السجل بتوقيع السجل، وبتوقيع الشهود إن وُجدوا'],
      ['vkey.txt', 'مفتاح السجل'],
      ['verify.mjs', 'يتحقق من كل ذلك'],
      ['SHA256SUMS', 'مجموع كل ملف: sha256sum -c SHA256SUMS'],
    ],
    check: [
      'للتحقق، على جهاز بلا شبكة، باستخدام Node 22 أو أحدث:',
      'قارن هذا الجذر بآخر لديك من مصدر آخر: ما نشره السجل عند هذا الحجم (GET /log/<site>/checkpoint)، أو ما يحفظه شاهد، أو ما دوّنته في ذلك اليوم. حزمة لا يعرف جذرَها أحد سواها لا تُثبت إلا أنها متسقة مع نفسها.',
      'المجاميع تكشف الخطأ لا القصد: من يستطيع تغيير ملف يستطيع تغيير مجموعه. الإيصالات ونصوصها وأوقاتها تُقاس على الجذر. أما evidence.html و record.json فيرويانها؛ وحيث يختلفان فالعبرة بالإيصالات.',
    ],
    nothing: 'لا شيء مسجل، فلا شيء لإثباته.',
    private: 'تحوي هذه الحزمة بيانات شخصية: احفظها على هذا الأساس، ولا تعطها إلا لمن يعنيه الأمر.',
    advice: 'ليس استشارة قانونية.',
  },
}

/** Says what lies in the pack and how it is checked. `root`: of the checkpoint, where there is one. */
export function readmeOf(
  language: DocumentLanguage,
  { program, channel, address, madeAt }: Evidence,
  root: string | undefined,
): string {
  const words = WORDS[language]
  const [how, compare, sums] = words.check
  const proof =
    root === undefined
      ? [words.nothing]
      : [
          ...words.files.map(([name, what]) => `  ${name.padEnd(16)}${what}`),
          '',
          how,
          '',
          `  node verify.mjs ${root}`,
          '',
          compare,
          '',
          sums,
        ]
  return [
    words.title,
    `${program}, ${channel}, ${address}, ${new Date(madeAt).toISOString()}`,
    '',
    words.about,
    '',
    ...proof,
    '',
    words.private,
    words.advice,
    '',
  ].join('\n')
}
