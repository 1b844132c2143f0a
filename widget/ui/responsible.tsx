import type { SettingsDocument } from './settings-document.ts'

export function Responsible({ controller, words }: Pick<SettingsDocument, 'controller' | 'words'>) {
  const { name, address, email, website, officers } = controller
  return (
    <section class="assent-responsible" aria-labelledby="assent-responsible">
      <h3 id="assent-responsible">{words.responsible}</h3>
      <p>
        <bdi>{name}</bdi>
        <br />
        <bdi>{address}</bdi>
        <br />
        <a href={`mailto:${email}`}>{email}</a>
        <br />
        <a href={website} target="_blank" rel="noopener noreferrer">
          {new URL(website).host}
          <span class="assent-unseen"> ({words.opensNew})</span>
        </a>
      </p>
      {officers.map(officer => (
        <p key={officer.email}>
          {words.officer}: <bdi>{officer.name}</bdi>
          <br />
          <a href={`mailto:${officer.email}`}>{officer.email}</a>
        </p>
      ))}
    </section>
  )
}
