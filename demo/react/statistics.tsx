declare global {
  interface Window {
    /** What has run, for whoever looks. */
    ran?: string[]
  }
}

;(window.ran ??= []).push('statistics')

export function Statistics() {
  return <p>This visit is counted.</p>
}
