import type { SettingsParts } from './settings.tsx'
import { saidTime } from './said.ts'
import { fill, list } from './words.ts'

/** What is stored, not what the switches below may show meanwhile; and, as near as accepting, how to take it back. */
export function Decision({ model, page, onWithdraw }: SettingsParts & { readonly onWithdraw: () => void }) {
  const { words, language } = page
  const record = model.record.value
  const granted = model.granted.value.map(p => p.name)
  return (
    <section class="assent-decision" aria-labelledby="assent-decision">
      <div>
        <h3 id="assent-decision">{words.decision}</h3>
        {record ? (
          <>
            <p>
              {granted.length > 0
                ? fill(words.allowed, { purposes: list(granted, language) }, language)
                : words.allowedNothing}
            </p>
            <p class="assent-muted">
              <DecidedOn template={words.decidedOn} at={record.decidedAt} language={language} />
            </p>
          </>
        ) : (
          <p>{words.undecided}</p>
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

function DecidedOn({ template, at, language }: { template: string; at: number; language: string }) {
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
