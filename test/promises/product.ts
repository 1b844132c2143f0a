import { later, proven, type Promised } from './promise.ts'

/** What this product says of itself. */
export const PRODUCT: readonly Promised[] = [
  later('M1', 'Pasting one script element into a page is all a site owner has to do'),
  later('M2', 'Accepting, declining and withdrawing each leave one event with its times'),
  later('M3', 'The widget can ask, apart from cookies, whether it may send e-mail or SMS'),
  later('M4', 'The widget shows the privacy notice'),
  later('M5', 'A marketer asks before each SMS and gets a plain answer'),
  later('M6', 'A list a marketer already has can be checked on the first day'),
  later('M7', 'The widget is small'),
  later('M8', 'The consent record itself is listed among the processing a site declares'),
]
