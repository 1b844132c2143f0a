import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { consentTypes, dataLayerKeys, executes } from './gtm-permissions.ts'

/**
 * A template of Google Tag Manager that tells its container about consent by Tag Manager's own interface, which acts at once;
 * what comes by `dataLayer` waits behind whatever is queued there. It asks `window.assent`, and may do nothing else.
 */
export const gtmTemplate = ({ googleConsentMode, googleTag }: SiteConfiguration['signals']): string =>
  [
    ['TERMS_OF_SERVICE', TERMS],
    ['INFO', json(INFO)],
    [
      'TEMPLATE_PARAMETERS',
      json([
        ...CONSENT_MODE_SIGNALS.map(signal => ({
          type: 'TEXT',
          name: signal,
          displayName: `Purpose that grants ${signal}`,
          simpleValueType: true,
          defaultValue: googleConsentMode[signal] ?? '',
          help: 'Id of the purpose in your Assent configuration. Left empty, the signal stays denied.',
        })),
        checkbox('url_passthrough', 'Pass ad-click identifiers on in links', googleTag?.urlPassthrough),
        checkbox('ads_data_redaction', 'Redact ad data while denied', googleTag?.adsDataRedaction),
      ]),
    ],
    ['SANDBOXED_JS_FOR_WEB_TEMPLATE', CODE],
    [
      'WEB_PERMISSIONS',
      json([
        executes('assent.granted', 'assent.onChange'),
        consentTypes(CONSENT_MODE_SIGNALS),
        dataLayerKeys('url_passthrough', 'ads_data_redaction'),
      ]),
    ],
    ['TESTS', 'scenarios: []'],
    ['NOTES', 'Made by "assent site gtm-template".'],
  ]
    .map(([name, text]) => `___${name}___\n\n${text}\n`)
    .join('\n\n')

const json = (value: unknown): string => JSON.stringify(value, null, 2)

const checkbox = (name: string, checkboxText: string, isOn: true | undefined) => ({
  type: 'CHECKBOX',
  name,
  checkboxText,
  simpleValueType: true,
  defaultValue: isOn === true,
})

/** Tag Manager wants these words at the head of each template it imports. */
const TERMS = `By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.`

const INFO = {
  type: 'TAG',
  id: 'cvt_temp_public_id',
  version: 1,
  securityGroups: [],
  displayName: 'Assent consent',
  categories: ['TAG_MANAGEMENT', 'UTILITY'],
  brand: { id: 'brand_dummy', displayName: '' },
  description:
    'Tells this container what visitors chose in Assent: everything denied first, then each change once. Needs the Assent snippet on the page.',
  containerContexts: ['WEB'],
}

/** Runs in Tag Manager's sandbox, a part of ECMAScript 6 without globals. */
const CODE = `const JSON = require('JSON');
const callInWindow = require('callInWindow');
const gtagSet = require('gtagSet');
const setDefaultConsentState = require('setDefaultConsentState');
const updateConsentState = require('updateConsentState');

const signals = ${JSON.stringify(CONSENT_MODE_SIGNALS).replaceAll('"', "'").replaceAll(',', ', ')};
const read = (isGranted) => {
  const states = {};
  signals.forEach((signal) => {
    states[signal] = data[signal] && isGranted(data[signal]) ? 'granted' : 'denied';
  });
  return states;
};

gtagSet({
  url_passthrough: !!data.url_passthrough,
  ads_data_redaction: !!data.ads_data_redaction
});

const denied = read(() => false);
let told = JSON.stringify(denied);
denied.wait_for_update = 500;
setDefaultConsentState(denied);

const update = () => {
  const states = read((purpose) => callInWindow('assent.granted', purpose) === true);
  const text = JSON.stringify(states);
  if (text === told) return;
  told = text;
  updateConsentState(states);
};

// Without the snippet there is nobody to ask, and everything stays denied.
if (callInWindow('assent.granted', '') === false) {
  update();
  callInWindow('assent.onChange', update);
  data.gtmOnSuccess();
} else {
  data.gtmOnFailure();
}`
