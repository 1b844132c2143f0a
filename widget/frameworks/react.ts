'use client'

import { createElement, useState, useSyncExternalStore, type ReactNode } from 'react'
import { consentTo, subscribe, UNKNOWN, type Consent } from './assent.ts'
import { gateOf } from './gate.ts'
import { snippetScript, type SnippetSettings } from './snippet.ts'

export { assent, type Consent } from './assent.ts'

/** Nothing is known on the server, nor while its page is hydrated: both render the same. */
export const useConsent = (purpose: string): Consent =>
  useSyncExternalStore(
    subscribe,
    () => consentTo(purpose),
    () => UNKNOWN,
  )

export interface ConsentGateProps {
  readonly purpose: string
  /** Id of a service of your configuration: one that is not approved stays out, whatever was granted. */
  readonly service?: string
  /** Stands there while the gate is closed. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/** Mounts its children once they may run. When the purpose is taken back they are unmounted, and the page is reloaded. */
export function ConsentGate({ purpose, service, fallback, children }: ConsentGateProps): ReactNode {
  const gate = gateOf({ purpose, service })
  return useSyncExternalStore(gate.subscribe, gate.read, () => false) ? children : fallback
}

export interface AssentSnippetProps extends SnippetSettings {
  readonly nonce?: string
}

/**
 * The snippet, where the server renders `<head>`. Rendered in a browser it would come too late, and no browser runs such a script:
 * there it is nothing.
 */
export function AssentSnippet({ nonce, ...settings }: AssentSnippetProps): ReactNode {
  const isServed = useSyncExternalStore(
    () => () => {},
    () => false,
    () => true,
  )
  const [wasServed] = useState(isServed)
  if (!wasServed) return null
  const isServer = typeof window === 'undefined'
  return createElement('script', {
    nonce,
    // The browser hides the nonce, and what has run need not be compared.
    suppressHydrationWarning: true,
    dangerouslySetInnerHTML: { __html: isServer ? snippetScript(settings) : '' },
  })
}
