import { saidCountry, saidDuration } from './said.ts'
import { kindsIn } from './said-kinds.ts'
import type { SettingsDocument, ShownCookie, ShownService } from './settings-document.ts'
import { fill } from './words.ts'

interface ServiceProps {
  readonly service: ShownService
  readonly page: SettingsDocument
}

/** Whose it is, where it loads from, what it keeps; and if nobody approved it, that it never loads. */
export function ServiceDetails({ service, page }: ServiceProps) {
  const { words, language, controller } = page
  return (
    <div class="assent-service">
      <h4>{service.name}</h4>
      {!service.approved && (
        <p class="assent-note">{fill(words.neverLoads, { controller: controller.name }, language)}</p>
      )}
      <dl>
        <dt>{words.provider}</dt>
        <dd>
          <bdi>{service.provider}</bdi> ({saidCountry(service.country, language)})
        </dd>
        <dt>{words.hosts}</dt>
        <dd>{service.hosts.length > 0 ? <bdi>{service.hosts.join(', ')}</bdi> : words.ownHost}</dd>
      </dl>
      {service.policy && (
        <p>
          <a href={service.policy} target="_blank" rel="noopener noreferrer">
            {words.policy}
            <span class="assent-unseen">
              {' '}
              {service.name} ({words.opensNew})
            </span>
          </a>
        </p>
      )}
      {service.cookies.length > 0 ? (
        <CookieTable service={service} page={page} />
      ) : (
        <p class="assent-muted">{words.noCookies}</p>
      )}
    </div>
  )
}

function CookieTable({ service, page: { words, language } }: ServiceProps) {
  const kinds = kindsIn(words)
  const kept = ({ duration }: ShownCookie): string => {
    const said = saidDuration(duration, language)
    return said ? fill(words.keptFor, { duration: said }, language) : words.untilClosed
  }
  return (
    <table>
      <caption class="assent-unseen">{fill(words.tableLabel, { service: service.name }, language)}</caption>
      <thead>
        <tr>
          <th scope="col">{words.columnName}</th>
          <th scope="col">{words.columnFor}</th>
        </tr>
      </thead>
      <tbody>
        {service.cookies.map(cookie => (
          <tr key={cookie.storage + cookie.name + cookie.path}>
            <td>
              <code dir="ltr">{cookie.name}</code>
              <span class="assent-muted">
                {kinds[cookie.storage]}
                <br />
                <bdi dir="ltr">
                  {cookie.domain}
                  {cookie.storage === 'cookie' && cookie.path}
                </bdi>
              </span>
            </td>
            <td>
              {cookie.description} <span class="assent-muted">{kept(cookie)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
