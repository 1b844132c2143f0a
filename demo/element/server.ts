import { snippetScript } from 'assent/snippet'
import type { ServerResponse } from 'node:http'

/** Address of the Assent server; the build writes it in. */
declare const ASSENT_SERVER: string

/** Any server's templates will do: what waits is in the page, and inert. */
export function respond(nonce: string, response: ServerResponse): void {
  response.end(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Loomwork: how a cloth is made</title>
    <script nonce="${nonce}">${snippetScript({ site: 'loom', server: ASSENT_SERVER })}</script>
    <link rel="stylesheet" href="/style.css" />
    <link rel="stylesheet" href="/example.css" />
    <script type="module" src="/client.js" nonce="${nonce}"></script>
  </head>
  <body>
    <main class="example">
      <h1>How a cloth is made</h1>
      <p>A loom lifts some threads and lets the shuttle pass under them. Row after row, that is a cloth.</p>
      <p><button type="button" id="picks">Picks woven: 0</button></p>

      <section>
        <h2>The film</h2>
        <consent-gate purpose="marketing" service="vista">
          <div slot="fallback">
            <p>It comes from Vista, which wants to recognise you. It waits for your yes.</p>
            <p><button type="button" data-consent-settings>Choose</button></p>
          </div>
          <template>
            <iframe src="/vendor/vista.html" title="The loom at work" sandbox="allow-scripts"></iframe>
          </template>
        </consent-gate>
      </section>

      <section>
        <h2>The yarn</h2>
        <!-- Nobody has approved this service, so it stays out, whatever the visitor says. -->
        <consent-gate purpose="preferences" service="nimbus">
          <p slot="fallback">Yarn prices: not today.</p>
          <template><p>Yarn prices, by Nimbus</p></template>
        </consent-gate>
      </section>

      <section>
        <h2>The count</h2>
        <p id="statistics">Statistics: waiting</p>
        <consent-gate purpose="analytics">
          <template>
            <p>This visit is counted.</p>
            <script nonce="${nonce}">
              ;(window.ran ??= []).push('statistics')
            </script>
          </template>
        </consent-gate>
      </section>

      <p>
        <button type="button" id="settings">Cookie settings</button>
        <button type="button" id="withdraw">Take everything back</button>
      </p>
    </main>
  </body>
</html>`)
}
