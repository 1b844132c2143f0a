import { assent, AssentSnippet, ConsentGate, useConsent } from 'assent/react'
import { lazy, Suspense, useState } from 'react'

/** Address of the Assent server; the build writes it in. */
declare const ASSENT_SERVER: string

export function App({ nonce }: { readonly nonce?: string }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Loomwork: how a cloth is made</title>
        <AssentSnippet site="loom" server={ASSENT_SERVER} nonce={nonce} />
        <link rel="stylesheet" href="/style.css" />
        <link rel="stylesheet" href="/example.css" />
      </head>
      <body>
        <main className="example">
          <h1>How a cloth is made</h1>
          <p>
            A loom lifts some threads and lets the shuttle pass under them. Row after row, that is a cloth.
          </p>
          <Picks />
          <Film />
          <Yarn />
          <Visits />
          <p>
            <button type="button" onClick={() => assent.open('settings')}>
              Cookie settings
            </button>{' '}
            <button type="button" onClick={() => assent.withdraw()}>
              Take everything back
            </button>
          </p>
        </main>
      </body>
    </html>
  )
}

/** Nothing of it asks anybody: it works with or without an answer. */
function Picks() {
  const [picks, setPicks] = useState(0)
  return (
    <p>
      <button type="button" onClick={() => setPicks(picks + 1)}>
        Picks woven: {picks}
      </button>
    </p>
  )
}

/** Somebody else's player: its address is not asked for before the visitor has agreed. */
const Film = () => (
  <section>
    <h2>The film</h2>
    <ConsentGate
      purpose="marketing"
      service="vista"
      fallback={<p>It comes from Vista, which wants to recognise you. It waits for your yes.</p>}
    >
      <iframe src="/vendor/vista.html" title="The loom at work" sandbox="allow-scripts" />
    </ConsentGate>
  </section>
)

/** Nobody has approved this service, so it stays out, whatever the visitor says. */
const Yarn = () => (
  <section>
    <h2>The yarn</h2>
    <ConsentGate purpose="preferences" service="nimbus" fallback={<p>Yarn prices: not today.</p>}>
      <p>Yarn prices, by Nimbus</p>
    </ConsentGate>
  </section>
)

/** Code that is not even fetched before it may run. */
const Statistics = lazy(() => import('./statistics.tsx').then(({ Statistics }) => ({ default: Statistics })))

function Visits() {
  const { granted, known } = useConsent('analytics')
  return (
    <section>
      <h2>The count</h2>
      <p>Statistics: {granted ? 'allowed' : known ? 'refused' : 'not answered'}</p>
      <ConsentGate purpose="analytics">
        <Suspense>
          <Statistics />
        </Suspense>
      </ConsentGate>
    </section>
  )
}
