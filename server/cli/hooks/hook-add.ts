import { USUAL_FIELDS } from '../../../shared/domain/hook.ts'
import { readConfig } from '../../config.ts'
import { recordRegistered } from '../../hooks/record.ts'
import { readHook, registerHook } from '../../hooks/register.ts'
import { readConfiguration } from '../../inventory/current.ts'
import { requireContinuity } from '../../ledger/continuity.ts'
import { openHooks } from '../../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from '../command.ts'
import { openSite } from '../data.ts'
import { actorOf } from '../revoke.ts'
import { hookJson } from './hook-json.ts'

export const hookAdd: Command = {
  usage:
    'hook add --site <key> --url <https address> --recipient <name> --as processor|controller --purposes <list> | --programs <list>',
  summary: 'Has another system told of consent as it changes; prints the secret that signs.',
  help: `
  --site <key>        the site it is told of
  --url <address>     where messages are posted; https, and on the internet. In development also http to this machine
  --recipient <name>  who receives them
  --as <role>         processor: acts for you, under a contract; controller: answers for itself
  --purposes <list>   ids of purposes it is told of, with commas between; of a program, by the purpose it has
  --programs <list>   ids of programs it is told of
  --channels <list>   of programs, only these channels: email, sms
  --fields <list>     what it is told: subject, channel, program, purpose, decision, decidedAt, receivedAt, entry,
                      and only where you list them: text (hash of what was shown), address. Without this: all
                      but those two
  --by <name>         who adds it, for the log; the user of this machine when left out
  --json              answers as JSON
${DATA_HELP}

It is told of what comes from now on; "assent hook replay" goes back. Messages follow Standard Webhooks: each has an id, a
time and a signature, is posted in the order of the log, and again until it is taken, so that one may come twice.

What people gave for marketing by SMS is told to nobody but a processor. A recipient of addresses is told of erasures, and
has to erase too. What a hook tells says what was decided; whether you may write to somebody, ask "assent status".

That it was added, for whom, of what and which fields, is an entry of the log.

The secret is the only line on standard output. It is shown this once: "assent hook rotate" makes another.

Example:
  assent hook add --site shop --url https://crm.example/assent --recipient "CRM GmbH" --as processor --programs news

Exit codes: 0 added, 1 refused, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    url: { type: 'string' },
    recipient: { type: 'string' },
    as: { type: 'string' },
    purposes: { type: 'string' },
    programs: { type: 'string' },
    channels: { type: 'string' },
    fields: { type: 'string' },
    by: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const [site, url, recipient, role] = ['site', 'url', 'recipient', 'as'].map(name => {
      const text = textFlag(flags[name])
      if (text === undefined)
        throw new CommandError(`--${name} is missing: write "assent ${hookAdd.usage}".`, EXIT.usage)
      return text
    }) as [string, string, string, string]
    const channels = listIn(textFlag(flags['channels']))
    const config = readConfig(dataFlag(flags), environment)
    const data = await openSite(config, site)
    try {
      const { store } = data.ledger
      const { hooks, close } = openHooks(config.data)
      try {
        requireContinuity(data.ledger, site)
        const hook = readHook(
          {
            url,
            recipient,
            role,
            purposes: listIn(textFlag(flags['purposes'])) ?? [],
            programs: listIn(textFlag(flags['programs'])) ?? [],
            ...(channels && { channels }),
            fields: listIn(textFlag(flags['fields'])) ?? USUAL_FIELDS,
          },
          {
            site,
            configuration: readConfiguration(store, site, store.current(site)!.configuration),
            production: config.production,
            next: store.size(site),
            now: Date.now(),
          },
        )
        if ('refused' in hook) throw new CommandError(`Refused (${hook.refused}): ${hook.detail}.`)
        // First: nobody is told of people without its being on record.
        await recordRegistered(data.ledger, hook, actorOf(textFlag(flags['by'])))
        const secret = registerHook({ hooks, secrets: data.hookSecrets }, hook)
        if (flags['json'] === true) terminal.out(JSON.stringify({ ...hookJson(hook), secret }, null, 2))
        else {
          terminal.err(
            `Hook ${hook.id} tells ${recipient}, from entry ${hook.next} on: ${hook.fields.join(', ')}. Try it with "assent hook test ${hook.id}". Its secret is shown this once:`,
          )
          terminal.out(secret)
        }
        return EXIT.ok
      } finally {
        close()
      }
    } finally {
      await data.close()
    }
  },
}

const listIn = (text: string | undefined): string[] | undefined =>
  text === undefined
    ? undefined
    : [...new Set(text.split(',').map(word => word.trim()))].filter(word => word !== '')
