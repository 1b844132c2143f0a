import type { ComponentChildren } from 'preact'
import { Page, type PageProps } from './page.tsx'

interface FormPageProps {
  readonly whole: Omit<PageProps, 'children'>
  readonly form: ComponentChildren
}

/** A form without scripts, on a page of its own. */
export function FormPage({ whole, form }: FormPageProps) {
  return (
    <Page {...whole}>
      <div class="assent-form">{form}</div>
    </Page>
  )
}
