/** A text with `{places}` that are known only when the page is sent: the server writes there. `of`: whose, where there are several. */
export function Said({ text, of }: { readonly text: string; readonly of?: string }) {
  return (
    <>
      {text
        .split(/\{(\w+)\}/)
        .map((part, i) =>
          i % 2 === 0 ? part : <bdi key={i} data-said={of === undefined ? part : `${part}:${of}`} />,
        )}
    </>
  )
}
