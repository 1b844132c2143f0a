import type { Channel } from '../../shared/domain/site.ts'
import { Fault } from './address-field.tsx'
import { Minted, Refused, type FormFaults, type LinkText } from './opt-in-form.tsx'
import { PreferencesRecord, type RecordTexts } from './preferences-record.tsx'
import { Said } from './said-places.tsx'
import { unless, when } from './when.ts'

/** Words in one language, already filled in but for what hangs on the person: `{address}`, `{date}`. */
export interface PreferencesTexts {
  readonly title: string
  readonly who: string
  readonly whoUnknown: string
  readonly gone: string
  readonly stopsOnly: string
  readonly held: string
  readonly faults: FormFaults
  readonly channels: readonly ChannelPreferences[]
  readonly stopAll: string
  readonly oneByOne: string
  readonly service: { readonly title: string; readonly text: string }
  readonly stop: string
  readonly start: string
  readonly undo: string
  readonly moved: MovedTexts
  readonly other: OtherTexts
  readonly record: RecordTexts
  readonly link: LinkTexts
  readonly opensNew: string
}

export interface ChannelPreferences {
  readonly channel: Channel
  /** What "stop everything" ends. */
  readonly stopAll: string
  readonly allStopped: string
  readonly newAddress: string
  readonly programs: readonly ProgramPreferences[]
}

export interface ProgramPreferences {
  /** Channel and program: names the facts about it. */
  readonly key: string
  readonly program: string
  readonly name: string
  readonly isService: boolean
  readonly on: string
  /** The same, where nobody kept since when. */
  readonly undated: string
  readonly waits: string
  readonly off: string
  readonly expired: string
  readonly never: string
  /** Of one that takes nobody new; the box is left out. */
  readonly closed?: string
  /** The exact words of the program. */
  readonly disclosure: string
  readonly frequency?: string
  readonly links: readonly LinkText[]
  readonly age?: string
  /** By what keeps the box from being taken. */
  readonly refused: Readonly<Record<string, string>>
  readonly stopOne: string
  readonly doneStop: string
  readonly doneStart: string
  readonly doneAsk: string
  /** How else than by the message it is confirmed. */
  readonly waitsStart?: string
}

interface MovedTexts {
  readonly title: string
  readonly text: string
  readonly submit: string
  readonly refused: Readonly<Record<string, string>>
  readonly done: string
  readonly asked: string
}

interface OtherTexts {
  readonly title: string
  readonly text: string
  readonly label: string
  readonly submit: string
  readonly refused: Readonly<Record<string, string>>
  readonly done: string
}

interface LinkTexts extends OtherTexts {
  /** The page without a link, where one asks for it. */
  readonly own: LinkText
}

/** What every form of the page sends along: who it speaks for, which words were read, and an id so that twice is once. */
const EVERY_FORM = ['token', 'id', 'configuration', 'text']

/**
 * What one address gets, and stopping it: everything first, then each by itself. The published bytes hold the words of every
 * program, which are what a yes given here agreed to; where the address stands, the server fills in.
 */
export function Preferences({ texts }: { readonly texts: PreferencesTexts }) {
  const { link, channels } = texts
  return (
    <section class="assent-box assent-prefs">
      <h1>{texts.title}</h1>
      <p class="assent-who" {...when('named')}>
        <Said text={texts.who} />
      </p>
      <p class="assent-who" {...when('unnamed')}>
        {texts.whoUnknown}
      </p>
      <p class="assent-note" {...when('gone')}>
        {texts.gone}
      </p>
      <Done texts={texts} />
      <div role="alert">
        <Refused texts={texts.faults} />
      </div>
      <div {...when('known')}>
        <p class="assent-note" {...when('held')}>
          {texts.held}
        </p>
        {channels.map(channel => (
          <OfChannel key={channel.channel} texts={texts} of={channel} />
        ))}
        <p class="assent-small" {...unless('full')}>
          {texts.stopsOnly} <a href={link.own.href}>{link.own.text}</a>
        </p>
      </div>
      <div {...when('asks')}>
        <h2>{link.title}</h2>
        <p>{link.text}</p>
        <AddressForm texts={link} name="link" />
      </div>
      <div {...when('full')}>
        <Moved texts={texts} />
      </div>
      <Other texts={texts.other} />
      <div {...when('full')}>
        <PreferencesRecord texts={texts.record} />
      </div>
    </section>
  )
}

/** What was just done; the page opens here. */
function Done({ texts: { channels, moved, other, link, undo } }: { readonly texts: PreferencesTexts }) {
  return (
    <div class="assent-done" tabindex={-1} {...when('done')}>
      {channels.map(({ channel, allStopped, programs }) => (
        <div key={channel}>
          <p {...when(`stopped-all:${channel}`)}>
            <strong>{allStopped}</strong>
          </p>
          {programs.map(({ key, doneStop, doneStart, doneAsk, waitsStart, isService, closed }) => (
            <div key={key}>
              <div {...when(`stopped:${key}`)}>
                <p>
                  <strong>{doneStop}</strong>
                </p>
                {!isService && closed === undefined && <p {...when('full')}>{undo}</p>}
              </div>
              <p {...when(`started:${key}`)}>
                <strong>{doneStart}</strong>
              </p>
              <p {...when(`asked:${key}`)}>
                <strong>{doneAsk}</strong>
                {waitsStart !== undefined && ` ${waitsStart}`}
              </p>
            </div>
          ))}
        </div>
      ))}
      <p {...when('moved')}>
        <strong>{moved.done}</strong>
      </p>
      <p {...when('moved:asked')}>{moved.asked}</p>
      <p {...when('other')}>
        <strong>{other.done}</strong>
      </p>
      <p {...when('sent')}>
        <strong>{link.done}</strong>
      </p>
    </div>
  )
}

function OfChannel({ texts, of }: { readonly texts: PreferencesTexts; readonly of: ChannelPreferences }) {
  const { channel, programs } = of
  const service = programs.filter(({ isService }) => isService)
  return (
    <div {...when(channel)}>
      {programs.map(program => (
        <ThisOne key={program.key} program={program} />
      ))}
      <div class="assent-all" {...unless(`stopped-all:${channel}`)}>
        <p class="assent-stopped" {...when('stopped')}>
          <strong>{of.allStopped}</strong>
        </p>
        <form method="post" {...unless('stopped')}>
          <Minted names={EVERY_FORM} />
          <button type="submit" name="stop" value="*" data-assent="stop-all">
            {texts.stopAll}
          </button>
          <p>{of.stopAll}</p>
        </form>
      </div>
      <h2>{texts.oneByOne}</h2>
      <ul class="assent-programs">
        {programs
          .filter(({ isService }) => !isService)
          .map(program => (
            <OneProgram key={program.key} texts={texts} program={program} />
          ))}
      </ul>
      {service.length > 0 && (
        <>
          <h2>{texts.service.title}</h2>
          <p class="assent-before">{texts.service.text}</p>
          <ul class="assent-programs">
            {service.map(program => (
              <OneProgram key={program.key} texts={texts} program={program} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** The list whose message the link stood in: what its mail program would post, as a button. */
function ThisOne({ program: { key, stopOne, doneStop } }: { readonly program: ProgramPreferences }) {
  return (
    <div class="assent-all assent-this" {...when(`this:${key}`)}>
      <form method="post" {...when(`can-stop:${key}`)}>
        <button type="submit" name="List-Unsubscribe" value="One-Click" data-assent="stop-one">
          {stopOne}
        </button>
      </form>
      <p class="assent-stopped" {...unless(`can-stop:${key}`)}>
        <strong>{doneStop}</strong>
      </p>
    </div>
  )
}

interface OneProgramProps {
  readonly texts: PreferencesTexts
  readonly program: ProgramPreferences
}

function OneProgram({ texts, program }: OneProgramProps) {
  const { key, name, on, undated, waits, off, expired, never } = program
  return (
    <li data-program={program.program}>
      <div class="assent-stands">
        <div>
          <h3>{name}</h3>
          <p {...when(`on:${key}`)}>
            <Said text={on} of={key} />
          </p>
          <p {...when(`undated:${key}`)}>{undated}</p>
          <p {...when(`waits:${key}`)}>
            <Said text={waits} of={key} />
          </p>
          <p {...when(`off:${key}`)}>
            <Said text={off} of={key} />
          </p>
          <p {...when(`expired:${key}`)}>
            <Said text={expired} of={key} />
          </p>
          <p {...when(`never:${key}`)}>{never}</p>
        </div>
        <form method="post" {...when(`can-stop:${key}`)}>
          <Minted names={EVERY_FORM} />
          <button type="submit" name="stop" value={program.program}>
            {texts.stop}
            <span class="assent-unseen">: {name}</span>
          </button>
        </form>
      </div>
      <blockquote {...unless(`can-start:${key}`)}>{program.disclosure}</blockquote>
      <div {...when(`can-start:${key}`)}>
        <Start texts={texts} program={program} />
      </div>
    </li>
  )
}

/** The words, an empty box, and a button: a yes like the first one, whatever there was before. */
function Start({ texts, program }: OneProgramProps) {
  const { key, name, closed, age, refused } = program
  if (closed !== undefined) return closed === '' ? null : <p class="assent-hint">{closed}</p>
  return (
    <form method="post" novalidate>
      <Minted names={EVERY_FORM} />
      <Box name="yes" field={key} program={program} opensNew={texts.opensNew} />
      {age !== undefined && <Tick name="of-age" label={age} />}
      {Object.entries(refused).map(([reason, text]) => (
        <Fault key={reason} fact={`${key}:${reason}`} text={text} />
      ))}
      <button type="submit" name="start" value={program.program} class="assent-second">
        {texts.start}
        <span class="assent-unseen">: {name}</span>
      </button>
    </form>
  )
}

interface BoxProps {
  readonly name: string
  readonly field?: string
  readonly program: ProgramPreferences
  readonly opensNew: string
}

function Box({ name, field, program, opensNew }: BoxProps) {
  const { disclosure, frequency, links } = program
  return (
    <>
      <Tick name={name} label={disclosure} {...(field !== undefined && { field })} />
      <p class="assent-hint assent-terms">
        {frequency !== undefined && `${frequency} `}
        {links.map(({ text, href }, i) => [
          i > 0 && ' · ',
          <a key={href} href={href} target="_blank" rel="noopener">
            {text}
            <span class="assent-unseen"> ({opensNew})</span>
          </a>,
        ])}
      </p>
    </>
  )
}

/** Never ticked beforehand, and no browser may put an old tick back. */
function Tick({
  name,
  label,
  field,
}: {
  readonly name: string
  readonly label: string
  readonly field?: string
}) {
  return (
    <label class="assent-tick">
      <input type="checkbox" name={name} value="yes" autocomplete="off" data-fault={field} />
      <span>{label}</span>
    </label>
  )
}

function Moved({ texts }: { readonly texts: PreferencesTexts }) {
  const { moved, channels } = texts
  return (
    <details data-open="moved-open">
      <summary>
        <h2>{moved.title}</h2>
      </summary>
      <p>{moved.text}</p>
      <form method="post" novalidate>
        <Minted names={EVERY_FORM} />
        <div class="assent-field">
          <label>
            {channels.map(({ channel, newAddress }) => (
              <span key={channel} {...when(channel)}>
                {newAddress}
              </span>
            ))}
            <Address name="new-address" field="new" />
          </label>
          {Object.entries(moved.refused).map(([reason, text]) => (
            <Fault key={reason} fact={`new:${reason}`} text={text} />
          ))}
        </div>
        {channels.map(({ channel, programs }) => (
          <div key={channel} {...when(channel)}>
            {programs
              .filter(({ isService, closed }) => !isService && closed === undefined)
              .map(program => (
                <div key={program.key} class="assent-move" {...when(`can-stop:${program.key}`)}>
                  <Box name={`move.${program.program}`} program={program} opensNew={texts.opensNew} />
                  {program.age !== undefined && (
                    <Tick name={`move-of-age.${program.program}`} label={program.age} />
                  )}
                </div>
              ))}
          </div>
        ))}
        <button type="submit" name="move" value="yes" class="assent-second">
          {moved.submit}
        </button>
      </form>
    </details>
  )
}

/** Stopping needs no link and no proof: a no costs nobody anything. */
function Other({ texts }: { readonly texts: OtherTexts }) {
  return (
    <details data-open="other-open">
      <summary>
        <h2>{texts.title}</h2>
      </summary>
      <p>{texts.text}</p>
      <AddressForm texts={texts} name="other" />
    </details>
  )
}

function AddressForm({ texts, name }: { readonly texts: OtherTexts; readonly name: 'other' | 'link' }) {
  return (
    <form method="post" novalidate>
      <Minted names={EVERY_FORM} />
      <div class="assent-field">
        <label>
          <span>{texts.label}</span>
          <Address name={`${name}-address`} field={name} />
        </label>
        {Object.entries(texts.refused).map(([reason, text]) => (
          <Fault key={reason} fact={`${name}:${reason}`} text={text} />
        ))}
      </div>
      <button type="submit" name={name} value="yes" class="assent-second">
        {texts.submit}
      </button>
    </form>
  )
}

/** RFC 5321 allows 254 bytes; whoever pastes more should see it refused, not cut. */
const LONGEST = 320

function Address({ name, field }: { readonly name: string; readonly field: string }) {
  return (
    <input
      name={name}
      type="text"
      autocomplete="off"
      maxlength={LONGEST}
      dir="ltr"
      data-value={name}
      data-fault={field}
    />
  )
}
