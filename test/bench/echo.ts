// The yardstick: a bare Hono server that parses a JSON body and sends it back. Started by run.ts as a process of its own.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
  .post('/echo', async c => c.json(await c.req.json()))
  .get('/status', c => c.json({ decision: 'send', reason: 'ok_express' }))
  .get('/healthz', c => c.json({ ok: true }))

const server = serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' })
process.once('SIGTERM', () => server.close())
