// Stands in for an advertising product that recognises a browser again.
;(window.ran ??= []).push('adrift')
const labels = location.hostname.split('.')
const shared = labels.length > 2 && !/^[\d.]+$/.test(location.hostname)
const domain = shared ? `; domain=${labels.slice(-2).join('.')}` : ''
document.cookie = `_adrift=seen; path=/; max-age=7776000; samesite=lax${domain}`
localStorage.setItem('adrift.seen', '1')
