import { later, proven, type Promised } from './promise.ts'

/** What this product says of itself. */
export const PRODUCT: readonly Promised[] = [
  proven(
    'M1',
    'Pasting one script element into a page is all a site owner has to do',
    'test/browser/snippet.test.ts › the snippet in the README is the one that was built',
    'test/browser/snippet.test.ts › the README’s snippet pasted into a bare page is enough: the banner comes, the decision is in the ledger',
  ),
  proven(
    'M2',
    'Accepting, declining and withdrawing each leave one event with its times',
    'test/browser/choice.test.ts › accepting, declining and withdrawing are each one entry with the browser’s and the server’s time',
    'test/routes/receipts.test.ts › the history is the own one, newest first, with times people can read',
  ),
  proven(
    'M3',
    'The widget can ask, apart from cookies, whether it may send e-mail or SMS',
    'test/browser/opt-in.test.ts › the offer › comes by the owner’s rule apart from cookies, not before that choice nor in its page view, closes without consent, and stays away for its period',
    'test/browser/opt-in.test.ts › the offer › closes by its button, and is answered as an offer',
    'test/browser/opt-in.test.ts › the embedded form › asks apart from cookies: a box of its own for each channel, none ticked, and valid with none ticked',
    'test/browser/opt-in.test.ts › without scripts › the link inside the owner’s element leads to a page that asks the same and posts by itself',
  ),
  proven(
    'M4',
    'The widget shows the privacy notice',
    ...['en', 'de', 'ar'].flatMap(language => [
      `test/browser/notice.test.ts › on the demo site › the banner’s link opens the notice before any decision, with the right version and the date on top (${language})`,
      `test/browser/notice.test.ts › on the demo site › the settings’ link opens it after a decision, and both give the focus back (${language})`,
    ]),
  ),
  proven(
    'M5',
    'A marketer asks before each SMS and gets a plain answer',
    'test/marketing/status.test.ts › the answer is right for an address that › opted in',
    'test/marketing/status.test.ts › the answer is right for an address that › is yet to confirm',
    'test/marketing/status.test.ts › the answer is right for an address that › nobody ever named',
    'test/marketing/status.test.ts › the answer is right for an address that › withdrew',
    'test/marketing/status.test.ts › the answer is right for an address that › was erased, whatever program is asked about and in whatever state it was',
    'test/marketing/status.test.ts › the answer is right for an address that › lost its evidence: the key is gone',
    'test/routes/marketing.test.ts › a form posts its ticked boxes; the marketer is told, the entry and the sealed row agree',
  ),
  proven(
    'M6',
    'A list a marketer already has can be checked on the first day',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: mailchimp-subscribed by email is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: mailchimp-unsubscribed by email is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: klaviyo by email is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: klaviyo by sms is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: listmonk by email is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › counts by reason add up: twilio-consents by sms is checked as the dry run said',
    'test/cli/list-import.test.ts › import, policy, check › what may be sent to follows from the evidence each row has, and from the words given for all',
  ),
  proven(
    'M7',
    'The widget is small',
    'test/bundle.test.ts › the stub keeps within its bytes',
    'test/bundle.test.ts › stub and loader, all that a returning visitor pays beside the configuration, keep within their bytes',
    'test/bundle.test.ts › what a returning visitor of loom gets on the wire keeps within its bytes',
    'test/bundle.test.ts › everything to a usable first layer keeps within its bytes (en)',
  ),
  later('M8', 'The consent record itself is listed among the processing a site declares'),
]
