document.addEventListener('click', event => {
  if (event.target.closest('[data-open-consent]')) window.assent?.open('settings')
})
