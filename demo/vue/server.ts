import { snippetScript } from 'assent/snippet'
import type { ServerResponse } from 'node:http'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { App } from './app.ts'

/** Address of the Assent server; the build writes it in. */
declare const ASSENT_SERVER: string

export async function respond(nonce: string, response: ServerResponse): Promise<void> {
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
    <div id="app">${await renderToString(createSSRApp(App))}</div>
  </body>
</html>`)
}
