import type { WidgetConfiguration } from '../../shared/domain/publication.ts'

/** What publishing compiled into `assent.js`; known before anything else runs. */
export let configuration: WidgetConfiguration
/** `<host>/s/<site>/` */
export let base: string
/** Name of the cookie, and what every other name of ours begins with. */
export let key: string

export function configure(published: WidgetConfiguration, servedFrom: string): void {
  configuration = published
  base = servedFrom
  key = 'assent_' + published.site
}

/** Read once: the specification fixes it for the life of a page. */
export const gpc = !!navigator.globalPrivacyControl
