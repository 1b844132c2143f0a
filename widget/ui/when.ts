/**
 * A plain view holds every text it may ever need. An element with `when` is hidden until its fact holds, one with
 * `unless` while it holds: the view's runtime sees to that in the widget, the server on a page without scripts.
 */
export const when = (fact: string) => ({ hidden: true, 'data-when': fact })
export const unless = (fact: string) => ({ 'data-unless': fact })
