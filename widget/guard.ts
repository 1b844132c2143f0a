/**
 * Automatic mode: what owners paste above the snippet. It knows the hosts of services that may not be asked yet, and holds
 * whatever would ask them. Whatever happens in it, the page goes on, and a listed host is not asked without a grant.
 */
import { guardCalls } from './guard/calls.ts'
import { guardAddresses } from './guard/elements.ts'
import { guardInsertions } from './guard/insertions.ts'
import { guardMarkup } from './guard/markup.ts'
import { pass } from './guard/needs.ts'
import { guardParser } from './guard/parser.ts'
import { follow, waiting } from './guard/waiting.ts'

// oxlint-disable-next-line no-underscore-dangle -- looks like nothing else, so that it can be replaced
declare const __ID__: string

// Pasted twice.
if (!window.assentGuard) {
  window.assentGuard = { id: __ID__, waiting, pass }
  for (const begin of [guardParser, guardAddresses, guardInsertions, guardMarkup, guardCalls])
    try {
      begin()
    } catch (error) {
      // An engine that lacks something keeps the rest.
      reportError(error)
    }
  // The snippet below has come by then.
  addEventListener('DOMContentLoaded', follow)
}
