/** Makes one element of a plain view; the calls are written when a configuration is published. No policy refuses them. */
export function element(
  tag: string,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): Node {
  const made = document.createElement(tag)
  for (const name in attributes) made.setAttribute(name, attributes[name]!)
  made.append(...children)
  return made
}
