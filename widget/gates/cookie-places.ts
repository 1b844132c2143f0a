/** Every domain and path a cookie may have been set with: it is removed only under those, and neither can be read. */
export function cookiePlaces(declared = ''): string[] {
  const labels = location.hostname.split('.')
  const paths = [declared, '']
  let path = ''
  for (const part of location.pathname.split('/')) paths.push((path += part), (path += '/'))
  return paths.flatMap(each => [
    `;path=${each}`,
    ...labels.map((_, first) => `;path=${each};domain=${labels.slice(first).join('.')}`),
  ])
}
