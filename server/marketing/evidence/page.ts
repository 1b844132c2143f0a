import { createHash } from 'node:crypto'
import { inLanguage } from '../../../shared/domain/loose.ts'
import type { DocumentLanguage } from '../../../shared/domain/language.ts'
import { readCheckpoint, readNote } from '../../../shared/receipt/note.ts'
import type { StatusAnswer } from '../status/question.ts'
import { actorOf, fact } from './fact.ts'
import { markup, type Html } from './html.ts'
import { lineItem, titleOf } from './line.ts'
import type { Evidence, EvidenceLine, EvidenceMessage } from './read.ts'
import { speechIn, type Speech } from './speech.ts'
import { STYLE } from './style.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')

/** Nothing runs, nothing is loaded, nothing is sent; the page's own style sheet is known by its hash. */
export const EVIDENCE_POLICY = `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; img-src data:; base-uri 'none'; form-action 'none'`

/** One page that says who, when, which words, and every change, with its proof. Complete in itself. */
export function evidencePage(evidence: Evidence, language: DocumentLanguage): string {
  const speech = speechIn(language)
  const { words, direction } = speech
  const { controller } = evidence.site.configuration
  const page = markup`<!doctype html>
    <html lang="${language}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${EVIDENCE_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${words.title}: ${programName(evidence, language)}</title>
        <link rel="icon" href="data:," />
        <style>${STYLE_MARK}</style>
      </head>
      <body>
        <main>
          <p class="who"><bdi>${controller.name}</bdi></p>
          <h1>${words.title}</h1>
          <p class="subject">
            <bdi>${programName(evidence, language)}</bdi> · ${speech.named('channel', evidence.channel)}
          </p>
          ${answers(speech, evidence)} ${facts(speech, evidence)} ${history(speech, evidence)}
          ${messages(speech, evidence.messages)} ${readings(speech, evidence.readings)}
          ${proof(speech, evidence)} ${limits(speech)}
          <footer><p>${words.notAdvice}</p></footer>
        </main>
      </body>
    </html>
`
  // Not put in as a text: its hash is of these very bytes.
  return page.markup.replace(STYLE_MARK, () => STYLE)
}

const STYLE_MARK = '/*style*/'

const programName = ({ current, program }: Evidence, language: string): string =>
  inLanguage(current?.name, language) ?? (current && Object.values(current.name)[0]) ?? program

function answers(speech: Speech, { now, past }: Evidence): Html {
  const { words, time, say, number } = speech
  const asked =
    past &&
    (past.view.knownAsOf === undefined
      ? say('asOf', { asOf: time(past.view.asOf) })
      : markup`${say('asOfKnown', { asOf: time(past.view.asOf), known: time(past.view.knownAsOf) })}
        (${say('knownEntries', { count: number(past.view.known) })})`)
  return markup`<ul class="answers">
    ${answerItem(speech, markup`${words.today} · ${time(now.asOf)}`, now)}
    ${asked && answerItem(speech, asked, past.answer)}
  </ul>`
}

const answerItem = ({ words, named, say, number }: Speech, asked: Html, answer: StatusAnswer): Html =>
  markup`<li data-decision="${answer.decision}">
    <p class="asked">${asked}</p>
    <p>
      <strong>${words[answer.decision]}.</strong> ${named('reason', answer.reason)}
      <code dir="ltr">${answer.reason}</code
      >${answer.entry && markup` ${say('decides', { index: number(answer.entry.index) })}`}
    </p>
  </li>`

function facts(speech: Speech, evidence: Evidence): Html {
  const { words, time, say, number, named } = speech
  const { site, address, masked, channel, program, seller, madeAt, reader, reading } = evidence
  const { controller, name } = site.configuration
  const siteName = inLanguage(name, speech.language) ?? Object.values(name ?? {})[0]
  return markup`<dl class="facts">
    ${fact(words.address, markup`<bdi dir="ltr">${address}</bdi>`, masked ? words.maskedNote : undefined)}
    ${fact(words.program, markup`<bdi>${programName(evidence, speech.language)}</bdi>`, program)}
    ${fact(words.channel, markup`${named('channel', channel)}`)}
    ${fact(words.seller, markup`<bdi>${seller}</bdi>`)}
    ${fact(words.controller, markup`<bdi>${controller.name}</bdi>`, [controller.address, controller.email].filter(Boolean).join(' · '))}
    ${fact(words.site, markup`<bdi>${siteName ?? site.key}</bdi>`, site.key)} ${fact(words.made, time(madeAt))}
    ${fact(
      words.madeBy,
      markup`${actorOf(speech, reader.actor)}${reader.reason && markup` (${named('why', reader.reason)})`}`,
      reading === undefined ? words.madeNothing : say('madeEntry', { index: number(reading) }),
    )}
  </dl>`
}

function history(speech: Speech, evidence: Evidence): Html {
  const { words, time, say, number } = speech
  const { lines, erasedAt, others } = evidence
  return markup`<h2>${words.history}</h2>
    ${erasedAt !== undefined && markup`<p>${say('erased', { time: time(erasedAt) })}</p>`}
    ${
      lines.length === 0
        ? erasedAt === undefined && markup`<p>${words.unknown}</p>`
        : markup`<ol class="timeline">
            ${lines.map(line => lineItem(speech, evidence, line))}
          </ol>`
    }
    ${others > 0 && markup`<p class="hint">${say('others', { count: number(others) })}</p>`}`
}

function messages(speech: Speech, sent: readonly EvidenceMessage[]): Html {
  const { words, time, named } = speech
  const rows = sent.map(
    ({ at, direction, kind, state, providerId, title, words: said }) =>
      markup`<tr>
        <td>${time(at)}</td>
        <td>
          ${direction === 'out' ? words.messageTo : words.messageFrom}:
          ${named('message', kind)}${title !== undefined && markup`<br /><bdi>${title}</bdi>`}${said !== undefined && markup`<pre dir="auto">${said}</pre>`}
        </td>
        <td>
          ${named('message', state)}${providerId !== undefined && markup`<br /><code dir="ltr">${providerId}</code>`}
        </td>
      </tr>`,
  )
  return markup`<h2>${words.messages}</h2>
    ${
      rows.length === 0
        ? markup`<p>${words.noMessages}</p>`
        : markup`<table aria-label="${words.messages}">
            <thead>
              <tr>
                <th scope="col">${words.when}</th>
                <th scope="col">${words.what}</th>
                <th scope="col">${words.state}</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }`
}

function readings(speech: Speech, lines: readonly EvidenceLine[]): Html {
  const { words, time, named, say, number } = speech
  const rows = lines.map(
    ({ index, receivedAt, account: { actor, reason } }) =>
      markup`<li>
        ${time(receivedAt)}:
        ${actorOf(speech, actor ?? '')}${reason !== undefined && markup` (${named('why', reason)})`},
        ${say('entry', { index: number(index) })}
      </li>`,
  )
  return markup`<h2>${words.readings}</h2>
    ${
      rows.length === 0
        ? markup`<p>${words.noReadings}</p>`
        : markup`<ul class="lines">
            ${rows}
          </ul>`
    }`
}

function proof(speech: Speech, { lines, readings: read, proof: { checkpoint, keys }, site }: Evidence): Html {
  const { words, number, say } = speech
  const all = [...lines, ...read].toSorted((a, b) => a.index - b.index)
  if (all.length === 0)
    return markup`<h2>${words.proof}</h2>
      <p>${words.noProof}</p>`
  const signed = signedIn(all[0]!)
  const rows = all.map(
    line =>
      markup`<tr>
        <td>${number(line.index)}</td>
        <td>${titleOf(speech, line)}</td>
        <td><code dir="ltr">${line.leaf}</code></td>
        <td><code dir="ltr">${line.entry.id}</code></td>
      </tr>`,
  )
  return markup`<h2>${words.proof}</h2>
    <p>${words.proofLead}</p>
    <dl>
      ${fact(words.log, markup`<code dir="ltr">${signed.origin}</code>`)}
      ${fact(words.size, markup`${number(checkpoint.size)}`)}
      ${fact(words.root, markup`<code dir="ltr">${signed.root}</code>`)}
    </dl>
    <table aria-label="${words.proof}">
      <thead>
        <tr>
          <th scope="col">${say('entry', { index: '' })}</th>
          <th scope="col">${words.what}</th>
          <th scope="col">${words.leaf}</th>
          <th scope="col">${words.receipt}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <h3>${words.signedNote}</h3>
    <pre dir="ltr">${signed.note}</pre>
    <h3>${words.keys}</h3>
    <pre dir="ltr">${keys.join('\n')}</pre>
    <p>${signed.signatures > 1 && keys.length > 1 ? words.witnessed : words.unwitnessed}</p>
    <h2>${words.check}</h2>
    <ul class="lines">
      <li>${words.checkPack}</li>
      <li>${words.checkReceipt}</li>
      <li>${say('checkLater', { site: site.key })}</li>
    </ul>`
}

/** The checkpoint as the receipts have it: with the signatures whose keys they bring. */
export function signedIn({ receipt }: EvidenceLine) {
  const text = receipt.evidence.proof
  const note = text.slice(text.indexOf('\n\n') + 2)
  const read = readNote(note)
  const checkpoint = read && readCheckpoint(read)
  if (!read || !checkpoint) throw new Error('the checkpoint of a receipt is none: run assent verify')
  return {
    note,
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    signatures: read.signatures.length,
  }
}

const limits = ({ words }: Speech): Html =>
  markup`<h2>${words.limits}</h2>
    <ul class="lines">
      <li>${words.limitSame}</li>
      <li>${words.limitPage}</li>
      <li>${words.limitWho}</li>
      <li>${words.limitTime}</li>
      <li>${words.limitElsewhere}</li>
      <li>${words.limitComplete}</li>
    </ul>`
