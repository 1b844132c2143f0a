;(() => {
  document.title = '__SITE__'
})()
