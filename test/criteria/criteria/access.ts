import { criterion, type Criterion } from '../criterion.ts'
import { ours, read } from './sources.ts'

const WCAG = 'WCAG 2.2'

/** What everybody must be able to use, on pages of any policy. */
export const ACCESS: readonly Criterion[] = [
  criterion(
    'A1',
    'axe finds nothing in any view or state, and every control is large enough to hit',
    read(`${WCAG}, levels A and AA, 2.5.8; axe-core’s best practices`),
  ),
  criterion(
    'A2',
    'No view breaks the harshest page policy, Trusted Types included',
    ours('W3C Content Security Policy 3 and Trusted Types'),
  ),
]
