import { createElement } from 'preact'
import type { NoticeDocument } from './notice-document.ts'
import { saidCountry, saidDuration } from './said.ts'
import { kindsIn } from './said-kinds.ts'
import type { ShownCookie, ShownService } from './settings-document.ts'
import { fill } from './words.ts'

interface ServicesProps {
  readonly services: readonly ShownService[]
  readonly notice: NoticeDocument
  readonly top: number
}

/** The services of one purpose: whose each is and where, whether it may load, what it keeps and for how long. */
export function NoticeServices({ services, notice, top }: ServicesProps) {
  const { words } = notice
  if (services.length === 0) return <p class="assent-muted">{words.noServices}</p>
  return (
    <>
      {services.map(service => (
        <Service key={service.id} service={service} notice={notice} top={top} />
      ))}
    </>
  )
}

interface ServiceProps extends Omit<ServicesProps, 'services'> {
  readonly service: ShownService
}

function Service({ service, notice, top }: ServiceProps) {
  const { words, language, controller } = notice
  return (
    <div class="assent-service">
      {createElement(`h${top + 3}`, {}, <bdi>{service.name}</bdi>)}
      <dl>
        <dt>{words.provider}</dt>
        <dd>
          <bdi>{service.provider}</bdi> ({saidCountry(service.country, language)})
          {service.policy && (
            <>
              <br />
              <a href={service.policy} target="_blank" rel="noopener noreferrer">
                {words.policy}
                <span class="assent-unseen">
                  {' '}
                  {service.name} ({words.opensNew})
                </span>
              </a>
            </>
          )}
        </dd>
        <dt>{words.hosts}</dt>
        <dd>{service.hosts.length > 0 ? <bdi>{service.hosts.join(', ')}</bdi> : words.ownHost}</dd>
        <dt>{words.noticeApproval}</dt>
        <dd>
          {service.approved
            ? words.noticeApproved
            : fill(words.neverLoads, { controller: controller.name }, language)}
        </dd>
      </dl>
      {service.cookies.length > 0 ? (
        <Storage service={service} notice={notice} />
      ) : (
        <p class="assent-muted">{words.noCookies}</p>
      )}
    </div>
  )
}

function Storage({ service, notice: { words, language } }: Omit<ServiceProps, 'top'>) {
  const kinds = kindsIn(words)
  return (
    <table>
      <caption class="assent-unseen">{fill(words.tableLabel, { service: service.name }, language)}</caption>
      <thead>
        <tr>
          <th scope="col">{words.noticeColumnName}</th>
          <th scope="col">{words.noticeColumnFor}</th>
          <th scope="col">{words.noticeColumnKept}</th>
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
            <td>{cookie.description}</td>
            <td>{kept(cookie, words.noticeUntilClosed, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const kept = ({ duration }: ShownCookie, untilClosed: string, language: string): string =>
  saidDuration(duration, language) ?? untilClosed
