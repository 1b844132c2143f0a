/** A file's text as it stands, by the bundler. */
declare module '*?raw' {
  const text: string
  export default text
}
