import { join } from 'node:path'

/** One consent banner under measurement, as its own documentation has it pasted, with its smallest honest configuration. */
export interface Candidate {
  readonly name: string
  /** npm package and version; absent of the empty page and of ours. */
  readonly packages?: readonly string[]
  /** What stands in the head; addresses begin with `/a/`, below which `files` are served. */
  readonly head: string
  /** Name after `/a/` → path below `node_modules`. */
  readonly files: Readonly<Record<string, string>>
  /** The first layer, once it can be answered. */
  readonly banner?: string
  readonly accept?: string
}

/**
 * What a page pays of heap for its first button and link of any kind, and to read Global Privacy Control: the tables of the
 * browser's own interfaces. No banner that is made by a script can take less.
 */
export const INTERFACES: Candidate = {
  name: '(a button and GPC)',
  head: `<script>document.head.append(document.createElement('link'));addEventListener('load',()=>document.body.append(document.createElement('button'),document.createElement('a')));navigator.globalPrivacyControl</script>`,
  files: {},
}

const PURPOSES = ['analytics', 'marketing']

export const CANDIDATES: readonly Candidate[] = [
  {
    name: 'cookieconsent (Osano)',
    packages: ['cookieconsent@3.1.1'],
    head: `<link rel="stylesheet" href="/a/cc.css"><script src="/a/cc.js" defer></script>
<script>addEventListener('DOMContentLoaded',()=>cookieconsent.initialise({type:'opt-in',palette:{popup:{background:'#222'},button:{background:'#fff'}}}))</script>`,
    files: {
      'cc.css': 'cookieconsent/build/cookieconsent.min.css',
      'cc.js': 'cookieconsent/build/cookieconsent.min.js',
    },
    banner: '.cc-window',
    accept: '.cc-allow',
  },
  {
    name: 'orejime',
    packages: ['orejime@3.2.1'],
    head: `<link rel="stylesheet" href="/a/o.css"><script>window.orejimeConfig=${JSON.stringify({
      privacyPolicyUrl: '/privacy',
      purposes: PURPOSES.map(id => ({ id, title: id, cookies: [] })),
    })}</script><script src="/a/o.js" defer></script>`,
    files: { 'o.css': 'orejime/dist/orejime-standard.css', 'o.js': 'orejime/dist/orejime-standard-en.js' },
    banner: '.orejime-Banner',
    accept: '.orejime-Banner-saveButton, .orejime-Banner button.orejime-Button--save',
  },
  {
    name: 'vanilla-cookieconsent',
    packages: ['vanilla-cookieconsent@3.1.0'],
    head: `<link rel="stylesheet" href="/a/v.css"><script src="/a/v.js" defer></script>
<script>addEventListener('DOMContentLoaded',()=>CookieConsent.run({hideFromBots:false,categories:{necessary:{enabled:true,readOnly:true},analytics:{},marketing:{}},language:{default:'en',translations:{en:{consentModal:{title:'We use cookies',description:'They count visits and show videos, if you agree.',acceptAllBtn:'Accept all',acceptNecessaryBtn:'Reject all',showPreferencesBtn:'Choose'},preferencesModal:{title:'Cookies',acceptAllBtn:'Accept all',acceptNecessaryBtn:'Reject all',savePreferencesBtn:'Save',closeIconLabel:'Close',sections:[{title:'Analytics',description:'Counts visits.',linkedCategory:'analytics'},{title:'Marketing',description:'Shows videos.',linkedCategory:'marketing'}]}}}}}))</script>`,
    files: {
      'v.css': 'vanilla-cookieconsent/dist/cookieconsent.css',
      'v.js': 'vanilla-cookieconsent/dist/cookieconsent.umd.js',
    },
    banner: '#cc-main .cm',
    accept: '#cc-main .cm [data-role=all]',
  },
  {
    name: 'tarteaucitron',
    packages: ['tarteaucitronjs@1.34.0'],
    head: `<script src="/a/tarteaucitron.min.js"></script><script>tarteaucitronForceLanguage='en';tarteaucitron.init({privacyUrl:'',orientation:'bottom',showAlertSmall:false,cookieslist:false,highPrivacy:true,DenyAllCta:true,AcceptAllCta:true,removeCredit:true,showIcon:false});(tarteaucitron.job=tarteaucitron.job||[]).push('youtube')</script>`,
    files: {
      'tarteaucitron.min.js': 'tarteaucitronjs/tarteaucitron.min.js',
      'css/tarteaucitron.min.css': 'tarteaucitronjs/css/tarteaucitron.min.css',
      'css/tarteaucitron.css': 'tarteaucitronjs/css/tarteaucitron.css',
      'lang/tarteaucitron.en.min.js': 'tarteaucitronjs/lang/tarteaucitron.en.min.js',
      'lang/tarteaucitron.en.js': 'tarteaucitronjs/lang/tarteaucitron.en.js',
      'tarteaucitron.services.min.js': 'tarteaucitronjs/tarteaucitron.services.min.js',
      'tarteaucitron.services.js': 'tarteaucitronjs/tarteaucitron.services.js',
    },
    banner: '#tarteaucitronAlertBig',
    accept: '#tarteaucitronPersonalize2',
  },
  {
    name: 'klaro',
    packages: ['klaro@0.7.22'],
    head: `<script>window.klaroConfig=${JSON.stringify({
      lang: 'en',
      mustConsent: false,
      acceptAll: true,
      privacyPolicy: '/privacy',
      services: PURPOSES.map(name => ({ name, title: name, purposes: [name] })),
      translations: { en: { purposes: { analytics: 'Analytics', marketing: 'Marketing' } } },
    })}</script><script defer src="/a/klaro.js"></script>`,
    files: { 'klaro.js': 'klaro/dist/klaro.js' },
    banner: '.klaro .cookie-notice',
    accept: '.klaro .cm-btn-success',
  },
  {
    name: 'c15t + React',
    packages: ['@c15t/react@2.2.1', 'react@19.2.0', 'react-dom@19.2.0'],
    head: `<link rel="stylesheet" href="/a/c15t.css"><script type="module" src="/a/c15t.js"></script>`,
    files: { 'c15t.css': '@c15t/react/styles.css', 'c15t.js': join('..', 'c15t.js') },
    banner: '[data-testid=consent-banner-root], [data-testid=cookie-banner-root]',
    accept: '[data-testid*=banner-accept-button]',
  },
]

/** What an owner of a React application writes; bundled before it is measured. */
export const C15T_ENTRY = `import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { ConsentManagerProvider, ConsentBanner, ConsentDialog } from '@c15t/react'
const place = document.createElement('div')
const show = () => { document.body.append(place); createRoot(place).render(createElement(ConsentManagerProvider, { options: { mode: 'offline', consentCategories: ['necessary', 'measurement', 'marketing'] } }, createElement(ConsentBanner), createElement(ConsentDialog))) }
document.body ? show() : addEventListener('DOMContentLoaded', show)
`
