/** Configurations as owners of other tools have them: in the shape of those tools' documentation, in words of our own. */

export const VANILLA = `
import * as CookieConsent from 'vanilla-cookieconsent'

const CAT_STATISTICS = 'statistics'
const SERVICE_AD_STORAGE = 'ad_storage'

CookieConsent.run({
  revision: 3,
  cookie: { name: 'cc_kiln', domain: '.kiln.example', expiresAfterDays: 365 },
  guiOptions: {
    consentModal: { layout: 'box wide', position: 'bottom right', equalWeightButtons: false },
  },
  onFirstConsent: ({ cookie }) => {
    throw new Error('this file must never be run')
  },
  categories: {
    necessary: { enabled: true, readOnly: true },
    [CAT_STATISTICS]: {
      autoClear: {
        cookies: [{ name: /^_ga/ }, { name: '_gid' }, { name: /^(kiln_visits|kiln_page)$/, path: '/shop' }, { name: /visits/ }],
        reloadPage: true,
      },
      services: {
        ga: { label: 'Google Analytics', onAccept: () => load('ga') },
        wheel: { label: 'Wheel Counter' },
      },
    },
    ads: {
      enabled: true,
      services: { [SERVICE_AD_STORAGE]: { label: 'Storage for advertising' } },
    },
  },
  language: {
    default: 'en',
    autoDetect: 'browser',
    translations: {
      en: {
        consentModal: {
          title: 'Cookies at the kiln',
          description: \`We keep <strong>cookies</strong> to count visits &amp; show films. <a href="/privacy">More</a>\`,
          acceptAllBtn: 'Fine',
          acceptNecessaryBtn: 'No, thanks',
        },
        preferencesModal: {
          title: 'Your choice',
          sections: [
            { title: 'Welcome', description: 'What we keep.' },
            { title: 'Counting', description: 'Which pages are read.', linkedCategory: CAT_STATISTICS,
              cookieTable: {
                headers: { name: 'Name', desc: 'What for' },
                body: [{ name: '_ga', desc: 'Tells visits apart' }],
              } },
            { title: 'Advertising', description: 'Films and offers.', linkedCategory: 'ads' },
          ],
        },
      },
      'de-AT': {
        consentModal: { title: 'Cookies in der Töpferei', description: 'Wir zählen mit Cookies.', acceptAllBtn: 'Gut' },
        preferencesModal: { sections: [{ title: 'Zählung', description: 'Was gelesen wird.', linkedCategory: 'statistics' }] },
      },
      fr: '/texts/fr.json',
      he: { consentModal: { title: '...', description: '...' } },
    },
  },
})
`

export const KLARO = `
var klaroConfig = {
  version: 1,
  elementID: 'klaro',
  styling: { theme: ['light', 'bottom', 'wide'] },
  storageMethod: 'cookie',
  storageName: 'kiln-choice',
  cookieExpiresAfterDays: 90,
  cookieDomain: '.kiln.example',
  mustConsent: true,
  hideDeclineAll: true,
  lang: 'en',
  translations: {
    zz: { privacyPolicyUrl: '/privacy' },
    en: {
      consentNotice: { description: 'Hi! We would like to use <em>cookies</em> for {purposes}.' },
      matomo: { description: 'Counts visits on our own server.' },
      purposes: {
        analytics: 'Counting',
        media: { title: 'Films', description: 'Films from elsewhere.' },
      },
    },
  },
  services: [
    { name: 'matomo', title: 'Matomo', purposes: ['analytics'],
      cookies: [/^_pk_.*$/, ['piwik_ignore', '/', 'stats.kiln.example'], { pattern: /kiln/, path: '/' }],
      callback: function (consent, service) { throw new Error('this file must never be run') } },
    { name: 'vimeo', title: 'Vimeo', purposes: ['media', 'analytics'], contextualConsentOnly: true },
    { name: 'chatter', default: true, purposes: ['functional'] },
    { name: 'basket', required: true, purposes: ['essential'], cookies: ['basket_id'] },
  ],
}
`
