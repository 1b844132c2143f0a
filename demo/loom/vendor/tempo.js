// Stands in for a statistics product. Its visit cookie goes to the parent domain, its page cookie to one folder.
;(() => {
  ;(window.ran ??= []).push('tempo')
  const labels = location.hostname.split('.')
  const shared = labels.length > 2 && !/^[\d.]+$/.test(location.hostname)
  const domain = shared ? `; domain=${labels.slice(-2).join('.')}` : ''
  document.cookie = `_tempo=visit; path=/; max-age=15552000; samesite=lax${domain}`
  if (location.pathname.startsWith('/shop')) {
    document.cookie = '_tempo_page=1; path=/shop; max-age=1800; samesite=lax'
  }
  window.tempo = { page: () => window.ran.push('tempo page') }
})()
