import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readConfig } from '../config.ts'
import { collectionPointsOf } from '../inventory/collection-points.ts'
import { sitesIn } from '../inventory/current.ts'
import { carrierPack } from '../marketing/carrier/pack.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { writeNewFolder } from './new-files.ts'
import { pictureOf, someBrowser } from './picture.ts'

export const carrierPackCommand: Command = {
  usage: 'carrier-pack <site> --program <id> --out <folder> [--sample <text>]...',
  summary: 'Collects what a carrier asks for before a program may send text messages (10DLC).',
  help: `
  --program <id>    id of a program of the site that sends text messages
  --out <folder>    a new folder
  --sample <text>   a message as you will send it; two to five of them
  --chromium <file> takes pictures of the forms with this browser; one of the system when left out
${DATA_HELP}

Made from what is published: campaign.json with the fields as Twilio's API names them, the form in every language as it is
shown, with a picture where there is a Chromium, every version of the words with dates and hashes, where else people opt in, a
checklist (D1 to D15) of where each is met, and invented sample records. MISSING.txt says what to put right first. No personal
data is read. Not legal advice.

Example:
  ASSENT_URL=https://consent.example assent carrier-pack shop --program offers --out offers-10dlc \\
    --sample "Shop: 20 % off boots until Sunday. Reply STOP to stop." --sample "Shop: your size is back. Reply STOP to stop."

Exit codes: 0 written and nothing is missing, 1 written and something is, or it could not be, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    program: { type: 'string' },
    out: { type: 'string' },
    sample: { type: 'string', multiple: true },
    chromium: { type: 'string' },
  },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const [id, out] = ['program', 'out'].map(name => textFlag(flags[name]))
    if (!id || !out) throw new CommandError(`Write "assent ${carrierPackCommand.usage}".`, EXIT.usage)
    if (existsSync(out)) throw new CommandError(`${out} is there already: name a new folder.`, EXIT.usage)
    if (!existsSync(dirname(out)))
      throw new CommandError(`${out} cannot be written: make its folder first.`, EXIT.usage)
    const given: unknown = flags['sample']
    const samples = Array.isArray(given) ? given.map(String) : []
    const config = readConfig(dataFlag(flags), environment)
    const data = await openSite(config, key, { readonly: true })
    try {
      const site = sitesIn(data.ledger.store)(key)!
      const program = site.configuration.programs.find(each => each.id === id)
      if (!program) throw new CommandError(`"${key}" has no program "${id}".`, EXIT.usage)
      if (!program.disclosures.some(({ channel }) => channel === 'sms'))
        throw new CommandError(`"${id}" sends no text messages: there is nothing to register.`, EXIT.usage)
      const pack = carrierPack(data.ledger, site, {
        program,
        url: config.url,
        samples,
        collectionPoints: collectionPointsOf(site).filter(point => id in point.programs),
      })
      writeNewFolder(out, pack.files)
      const browser = textFlag(flags['chromium']) ?? someBrowser()
      const pictures = pack.forms.map(form => browser !== undefined && pictureOf(browser, join(out, form)))
      terminal.out(`The pack is in ${out}: read CHECKLIST.txt and campaign.json before you hand it in.`)
      if (pictures.includes(false))
        terminal.out(
          'There is no picture of every form: name a Chromium with --chromium, or take pictures of forms/ yourself.',
        )
      for (const line of pack.missing) terminal.out(`  missing: ${line}`)
      return pack.missing.length === 0 ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
    }
  },
}
