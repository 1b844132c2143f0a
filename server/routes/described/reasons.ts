import type { CheckReason } from '../../../shared/domain/check.ts'
import type { SendDecision } from '../../../shared/domain/marketing.ts'

/** What each reason says of an address, for people who have nothing but the API's page. */
export const REASONS: Readonly<Record<CheckReason, readonly [decision: SendDecision, what: string]>> = {
  ok_express: ['send', 'It said yes to this program on this channel, and no later no is on record.'],
  ok_double_optin: ['send', 'It said yes and confirmed it.'],
  ok_soft_optin: ['send', 'No consent is needed: it came with a sale, and it has not objected.'],
  ok_implied: ['send', 'Consent is implied by what is on record, and has not run out.'],
  ok_service: ['send', 'These messages need no consent, and nobody has objected.'],
  pending_double_optin: ['hold', 'It said yes, has still to confirm, and no earlier yes of it stands.'],
  quiet_hours: [
    'hold',
    'It is night there, or a day on which nobody is to be written to: wait for the time named.',
  ],
  unknown_zone: ['hold', 'Nothing says what time it is there: store a zone, or ask otherwise.'],
  revocation_suspected: ['hold', 'It wrote something that may have been a no: somebody has to read it.'],
  restricted_dsr: ['hold', 'The person has had the use of their data restricted.'],
  sender_silent: [
    'hold',
    'Answers to this sender have not come in for longer than they may: a no could be lost. Check it.',
  ],
  reconsent_needed: [
    'hold',
    'What is on record is too thin to rest on: ask again. A new yes to be confirmed counts from then.',
  ],
  never_asked: ['block', 'No yes and no no is on record.'],
  declined: ['block', 'It said no, and had not said yes before.'],
  withdrawn: [
    'block',
    'It took its yes back. A yes decided before that and arriving after it revives nothing.',
  ],
  withdrawn_other_sender: ['block', 'It said no to another sender or program, and that counts for this one.'],
  expired: ['block', 'What it rested on has run out.'],
  erased: ['block', 'The address was erased and has not said yes since; or the key to its evidence is gone.'],
  channel_mismatch: ['block', 'The program has no such channel.'],
  purpose_mismatch: [
    'block',
    'The site has this program no more, or had it not at that moment; or this address agreed to another purpose than the one it serves.',
  ],
  seller_mismatch: ['block', 'The yes was given to another sender.'],
  evidence_incomplete: ['block', 'There is too little evidence of its yes for the policy of the program.'],
  number_reassigned: ['block', 'The number belongs to somebody else by now.'],
  hard_bounce: ['block', 'It cannot be delivered to.'],
  complaint: ['block', 'It complained about a message.'],
  suppressed_manual: ['block', 'Somebody of yours put it on the list of those not to be written to.'],
  invalid_number: ['block', 'It is no number.'],
  not_mobile: ['block', 'It is a number that takes no messages, such as a landline.'],
  invalid_email: ['block', 'It is no e-mail address.'],
  country_not_allowed: ['block', 'The program does not write to this country.'],
  not_yet_effective: [
    'block',
    'Its yes began after the moment asked about, or at a time that cannot be true.',
  ],
  malformed: ['block', 'The row could not be read: a line that is no JSON, or names no address.'],
  damaged_number: [
    'block',
    'A spreadsheet has changed the number: take it from where it came from. It is never guessed.',
  ],
}
