import type { NoticeDocument } from './notice-document.ts'
import { saidCountry } from './said.ts'

/** Who answers for it all, and how to reach them: a notice without it would be none (GDPR Art. 13(1)(a), (b)). */
export function NoticeContact({ notice }: { readonly notice: NoticeDocument }) {
  const { words, language, controller } = notice
  const { name, address, email, phone, website, registrations, dataProtectionOfficers } = controller
  return (
    <>
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <br />
        <bdi>{address}</bdi>
      </p>
      <dl>
        <dt>{words.noticeEmail}</dt>
        <dd>
          <a href={`mailto:${email}`}>{email}</a>
        </dd>
        {phone && (
          <>
            <dt>{words.noticePhone}</dt>
            <dd>
              <a href={`tel:${phone.replace(/[^+\d]/g, '')}`} dir="ltr">
                {phone}
              </a>
            </dd>
          </>
        )}
        <dt>{words.noticeWebsite}</dt>
        <dd>
          <a href={website}>{new URL(website).host}</a>
        </dd>
        {registrations.map(({ kind, value }) => (
          <>
            <dt>
              <bdi>{kind}</bdi>
            </dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </>
        ))}
        {dataProtectionOfficers.map(officer => (
          <>
            <dt>{words.officer}</dt>
            <dd>
              <bdi>{officer.name}</bdi> ({saidCountry(officer.country, language)})
              {officer.address && (
                <>
                  <br />
                  <bdi>{officer.address}</bdi>
                </>
              )}
              <br />
              <a href={`mailto:${officer.email}`}>{officer.email}</a>
            </dd>
          </>
        ))}
      </dl>
      <p>{phone ? words.noticeQuestionsByPhone : words.noticeQuestions}</p>
    </>
  )
}
