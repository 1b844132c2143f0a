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
  criterion(
    'A3',
    'Every control and part of every view has a role and a name, in the order in which it is read aloud',
    read(`${WCAG}, 1.3.1, 1.3.2, 4.1.2`),
  ),
  criterion(
    'A4',
    'By keyboard alone: the order is that of the page, the focus is seen and never under the banner, Escape leaves, and the focus goes back',
    read(`${WCAG}, 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11`),
  ),
]
