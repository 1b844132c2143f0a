import * as z from 'zod'
import { rfc3339 } from './decision.ts'

const token = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits, new for each hand-over')
  .describe('128 random bits, made by the page; they stand in the address of the next one.')
const choice = z
  .string()
  .max(2_048)
  .describe('What the first-party cookie of the page holds.')
  .meta({ examples: ['v1.mi8n2o00.5e0c1fd1.analytics:1,marketing:0.9'] })
const origin = z
  .string()
  .max(300)
  .meta({ examples: ['https://www.harbor.example'] })

export const leftHandOver = z.strictObject({
  token,
  to: origin.describe('Origin of the page it is for, one of the site.'),
  choice,
})

export const leftAnswer = z.strictObject({ until: rfc3339.describe('From then on it is gone.') })

export const askedHandOver = z.strictObject({ token })

export const handOverAnswer = z.strictObject({
  choice,
  from: origin.describe('Origin of the page that left it: take it only from a page that came from there.'),
})
