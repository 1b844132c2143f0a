/** A picture from the site's own hosts behind the words: one from anywhere else would tell that host of the visit. */
export function addThumbnail(box: HTMLElement, address: string, origins: readonly string[]): void {
  const image = document.createElement('img')
  const place = document.createElement('a')
  place.href = address
  if (![location.origin, ...origins].includes(place.origin)) return
  image.alt = ''
  image.src = address
  const panel = document.createElement('div')
  panel.className = 'assent-panel'
  panel.append(...box.childNodes)
  box.classList.add('assent-seen')
  box.append(image, panel)
}
