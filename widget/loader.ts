import type { WidgetConfiguration } from '../shared/domain/publication.ts'

export function start(configuration: WidgetConfiguration, base: string): void {
  void import(/* @vite-ignore */ base + configuration.site)
}
