type Child = Node | string | undefined | false

/** Makes an HTML element. Texts become text nodes: nothing of a stranger's file is ever read as markup. */
export function h(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElement {
  return filled(document.createElement(tag), attributes, children)
}

/** The same for a drawing. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Child | readonly Child[])[]
): SVGElement {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function filled<E extends Element>(
  made: E,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly (Child | readonly Child[])[],
): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(name, value)
  for (const child of children.flat()) if (child) made.append(child)
  return made
}
