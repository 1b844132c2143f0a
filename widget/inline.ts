/**
 * The place that the page has for the first layer; once the page is whole and has none, its body.
 * @param again shows the first layer, if it still has to be shown
 */
export const place = (again: () => void): Element | void =>
  document.querySelector('[data-assent-banner]') ??
  (document.readyState === 'loading' ? addEventListener('DOMContentLoaded', again) : document.body)
