/** One thing the view tells, in words: what it is, what it belongs to, and what is wrong with it, where something is. */
export interface Line {
  readonly what: string
  readonly of: string
  readonly wrong?: string
}

export const SECTIONS = {
  leaked: 'Leaked: asked or kept without a grant',
  gated: 'Gated: waits for a grant',
  run: 'Run: opened by a grant',
  stored: 'Stored in this browser',
  asked: 'Hosts asked',
  signalled: 'Signalled to others',
  choice: 'The choice, and what waits to be sent',
} as const
export type Section = keyof typeof SECTIONS

export type Report = Readonly<Record<Section, readonly Line[]>>
