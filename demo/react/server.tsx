import type { ServerResponse } from 'node:http'
import { StrictMode } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { App } from './app.tsx'

export function respond(nonce: string, response: ServerResponse): void {
  const { pipe } = renderToPipeableStream(
    <StrictMode>
      <App nonce={nonce} />
    </StrictMode>,
    { nonce, bootstrapModules: ['/client.js'], onShellReady: () => pipe(response) },
  )
}
