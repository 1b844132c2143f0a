import type { ComponentChildren } from 'preact'

/**
 * The case whose name is a fact on the visitor's page, else the one named ''.
 * Rendering walks these by identity and writes every case; the placeholder picks one when it is built the elements.
 */
export function OneOf({ cases }: { readonly cases: Readonly<Record<string, ComponentChildren>> }) {
  return <>{cases['']}</>
}

/** Names of the facts that a page may have. */
export const FACTS = {
  gpc: 'gpc',
  service: (id: string): string => `s:${id}`,
  host: (host: string): string => `h:${host}`,
  purpose: (id: string): string => `p:${id}`,
} as const
