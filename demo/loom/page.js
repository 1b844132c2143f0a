// The site's own code: nothing here is optional, and nothing here waits for consent but the remembered colour.
const theme = /(?:^|; )loom_theme=(\w+)/.exec(document.cookie)?.[1]
if (theme) document.documentElement.dataset.theme = theme

document.addEventListener('click', event => {
  const button = event.target.closest('button')
  if (button?.matches('[data-open-consent]')) window.assent?.open('settings')
  if (button?.matches('[data-choose-theme]')) chooseTheme(button.dataset.chooseTheme)
  if (button?.matches('[data-load-more]')) loadMore(button)
})

function chooseTheme(chosen) {
  document.documentElement.dataset.theme = chosen
  if (!window.assent?.granted('preferences')) return
  document.cookie = `loom_theme=${chosen}; path=/; max-age=15552000; samesite=lax`
}

/** Late content, as shops have it: cards, and among them a counting script that waits for consent like any other. */
function loadMore(button) {
  const more = document.getElementById('more-patterns')
  // Moved, not cloned: the page policy trusts a script that the parser made, not a copy of it.
  document.getElementById('patterns').append(more.content)
  button.remove()
}
