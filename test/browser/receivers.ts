/**
 * What is told about consent, as it behaves in a page: each of these does what the script of that receiver does with its
 * queue, with nothing behind it. They are given as text, for inline scripts.
 */

/** Google: replays `dataLayer`, only `arguments` objects count as commands, and builds `google_tag_data.ics`. */
export const GOOGLE = `{
  const entries = {}, listeners = [], log = []
  let read = false
  const ics = {
    usedDefault: false, usedUpdate: false, wasSetLate: false, log,
    getConsentState(type) {
      const { byDefault, update } = entries[type] ?? {}
      const word = update ?? byDefault
      // 1 granted, 2 denied, 0 nothing known, which tags take for granted.
      return word === undefined ? 0 : word === 'granted' ? 1 : 2
    },
    addListener(types, tell) { listeners.push(tell) },
  }
  const set = {}
  const take = entry => {
    if (Object.prototype.toString.call(entry) !== '[object Arguments]') return
    const [command, kind, said] = entry
    if (command === 'set') set[kind] = said
    if (command === 'config') read = true
    if (command !== 'consent') return
    log.push([kind, Object.values(said).filter(word => word === 'granted').length])
    if (kind === 'default') { ics.usedDefault = true; ics.wasSetLate ||= read }
    else ics.usedUpdate = true
    for (const [type, word] of Object.entries(said))
      if (word === 'granted' || word === 'denied')
        (entries[type] ??= {})[kind === 'default' ? 'byDefault' : 'update'] = word
    for (const tell of listeners) tell()
  }
  const layer = (window.dataLayer ??= [])
  layer.forEach(take)
  const { push } = layer
  layer.push = (...items) => (items.forEach(take), push.apply(layer, items))
  window.google_tag_data = { ics, set }
}`

/** Microsoft Advertising: the queue is flat, \`consent\` takes two more items; the object that replaces it acts at once. */
export const UET = `{
  const said = []
  const act = ([name, ...rest]) => {
    if (name !== 'consent') return act.rest(rest)
    const [command, { ad_storage }, ...others] = rest
    said.push(command + ' ' + ad_storage)
    act.rest(others)
  }
  act.rest = items => { if (items.length > 0) act(items) }
  act.rest(window.uetq ?? [])
  window.uetq = { said, push: (...items) => act.rest(items) }
}`

/** The first lines of Meta's snippet: it does nothing where there is an \`fbq\` already. */
export const META_SNIPPET = `!function(f){if(f.fbq)return;const n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};n.push=n;n.loaded=true;n.queue=[];n.isTheirs=true}(window)`

/** And its script: sends what is tracked unless consent is revoked, and then holds it until it is granted. */
export const META = `{
  const sent = [], held = [], said = []
  let isRevoked = false, use = []
  fbq.callMethod = (name, ...rest) => {
    if (name === 'consent') { isRevoked = rest[0] === 'revoke'; said.push(rest[0]); if (!isRevoked) sent.push(...held.splice(0)) }
    if (name === 'dataProcessingOptions') { use = rest[0]; said.push('LDU:' + rest[0]) }
    if (name === 'track') (isRevoked ? held : sent).push(rest[0])
  }
  for (const call of fbq.queue.splice(0)) fbq.callMethod(...call)
  window.meta = { sent, held, said }
}`

/** TikTok's snippet: an array whose methods push their own name. */
export const TIKTOK_SNIPPET = `{
  const ttq = (window.ttq ??= [])
  ttq.methods = ['page', 'track', 'holdConsent', 'revokeConsent', 'grantConsent']
  for (const name of ttq.methods) ttq[name] = (...rest) => ttq.push([name, ...rest])
}`

/** And its script: goes on with what is in the array. */
export const TIKTOK = `{
  const sent = [], said = []
  let state = 'grantConsent', held = []
  const act = ([name]) => {
    if (name.endsWith('Consent')) {
      said.push(state = name)
      if (name === 'grantConsent') sent.push(...held)
      if (name !== 'holdConsent') held = []
    } else if (state === 'grantConsent') sent.push(name)
    else if (state === 'holdConsent') held.push(name)
  }
  ;[...(window.ttq ?? [])].forEach(act)
  window.ttq = Object.fromEntries(['page', 'track', 'holdConsent', 'revokeConsent', 'grantConsent'].map(name => [name, () => act([name])]))
  window.tiktok = { sent, said }
}`

/** WP Consent API: a cookie for each category it was told of, and an event where one changes. */
export const WP = `{
  const said = []
  const cookie = category => document.cookie.match('wp_consent_' + category + '=(\\\\w+)')?.[1] ?? ''
  window.wp_has_consent = category => !window.wp_consent_type ? true : cookie(category) === 'allow'
  window.wp_set_consent = (category, value) => {
    said.push(category + ' ' + value)
    document.cookie = 'wp_consent_' + category + '=' + value + ';path=/'
  }
  window.wp = { said }
}`
