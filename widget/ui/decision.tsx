import type { SettingsParts } from './settings.tsx'
import { saidTime } from './said.ts'
import { fill, list } from './words.ts'

/** What is stored, not what the switches below may show meanwhile; and, as near as accepting, how to take it back. */
export function Decision({
  handle,
  model,
  page,
  onWithdraw,
}: SettingsParts & { readonly onWithdraw: () => void }) {
  const { words, language, undatedFrom } = page
  const record = model.record.value
  const denied = page.purposes.filter(p => record?.choices[p.id] === false).map(p => p.name)
  const granted = model.granted.value.map(p => p.name)
  return (
    <section class="assent-decision" aria-labelledby="assent-decision">
      <div>
        <h3 id="assent-decision">{words.decision}</h3>
        {record && !record.isSignal ? (
          <>
            <p>
              {granted.length > 0
                ? fill(words.allowed, { purposes: list(granted, language) }, language)
                : words.allowedNothing}
            </p>
            <p class="assent-muted">
              {record.decidedAt === undatedFrom ? (
                words.decidedBefore
              ) : (
                <Dated template={words.decidedOn} at={record.decidedAt} language={language} />
              )}{' '}
              <Dated
                template={words.holdsUntil}
                at={record.decidedAt + handle.configuration.expiresAfter}
                language={language}
              />
            </p>
          </>
        ) : (
          <>
            {record && (
              <p>
                <Dated
                  template={fill(words.gpcRecorded, { purposes: list(denied, language) }, language)}
                  at={record.decidedAt}
                  language={language}
                />
              </p>
            )}
            <p>{model.isLax ? words.undecidedOptOut : words.undecided}</p>
          </>
        )}
      </div>
      {granted.length > 0 && (
        <button type="button" data-assent="withdraw" onClick={onWithdraw}>
          {words.withdraw}
        </button>
      )}
    </section>
  )
}

function Dated({ template, at, language }: { template: string; at: number; language: string }) {
  const [before, after] = template.split('{date}')
  const utc = new Date(at).toISOString()
  return (
    <>
      {before}
      <time dateTime={utc} title={utc.replace('T', ' ').replace(/\.\d+Z/, ' UTC')}>
        {saidTime(at, language)}
      </time>
      {after}
    </>
  )
}
