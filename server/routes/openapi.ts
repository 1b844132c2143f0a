import type { Handler } from 'hono'
import * as z from 'zod'
import { problemSchema } from '../../shared/schemas/problem.ts'
import { siteConfigurationJsonSchema } from '../../shared/schemas/site-config.ts'
import type { AppEnv } from '../middleware/env.ts'
import { KEY_REFUSALS } from '../middleware/operator.ts'
import { PROBLEMS, type ProblemSlug } from '../middleware/problem.ts'
import { DESCRIPTIONS, EVERYWHERE } from './description.ts'
import type { Description } from './described/description.ts'

export interface ApiIdentity {
  readonly url: string
  readonly version: string
}

/** OpenAPI 3.1, made from the same schemas that check what comes in. */
export function describeApi(identity: ApiIdentity): Handler<AppEnv> {
  const body = JSON.stringify(openApi(identity))
  return c =>
    c.body(body, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' })
}

/** The shape of a site's configuration, for editors: what `$schema` in a configuration points to. */
export function describeConfiguration(): Handler<AppEnv> {
  const body = JSON.stringify(siteConfigurationJsonSchema())
  return c =>
    c.body(body, 200, { 'Content-Type': 'application/schema+json', 'Cache-Control': 'public, max-age=300' })
}

export function openApi({ url, version }: ApiIdentity) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [route, description] of Object.entries(DESCRIPTIONS)) {
    const method = route.split(' ', 1)[0]!.toLowerCase()
    for (const path of description.paths) (paths[path] ??= {})[method] = operation(path, description)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Assent', version, description: 'Consent you can prove.' },
    externalDocs: { description: 'The same as a page to read.', url: `${url}/v1/api.html` },
    servers: [{ url }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema) },
      securitySchemes: {
        browserSecret: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Assent ` and the 44 hex digits of the consent cookie.',
        },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of the site, made with "assent key new".',
        },
      },
    },
  }
}

function operation(path: string, description: Description) {
  const { summary, query = {}, optional = [], secret, key, orPage, body, streams, form, answer } = description
  const { otherwise = {} } = description
  const { also = {}, otherJson = {}, problems, refusalPage, providerSends = [] } = description
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      ...parameter(name!),
      in: 'path',
      required: true,
    })),
    ...Object.entries(query).map(([name, text]) => ({
      ...parameter(name),
      in: 'query',
      required: !optional.includes(name),
      description: text,
    })),
    ...providerSends.map(name => ({ ...parameter(name), in: 'header', required: true })),
  ]
  return {
    summary,
    parameters,
    ...(secret && { security: secret === 'needed' ? [{ browserSecret: [] }] : [{}, { browserSecret: [] }] }),
    ...(key && { security: [...(orPage ? [{}] : []), { apiKey: [key] }] }),
    ...(body && {
      requestBody: {
        required: true,
        content: { ...bodyTypes(jsonSchema(body)), ...streamsOf(streams, 'body') },
      },
    }),
    ...(form && { requestBody: { required: true, content: { [FORM]: { schema: jsonSchema(form) } } } }),
    responses: {
      200: {
        description: 'Done.',
        content: {
          [answer.type]: { schema: jsonSchema(answer.schema) },
          ...streamsOf(streams, 'answer'),
          ...Object.fromEntries(
            Object.entries(otherwise).map(([type, description]) => [
              type,
              { schema: { type: 'string', description } },
            ]),
          ),
        },
      },
      ...Object.fromEntries(Object.entries(also).map(([status, text]) => [status, { description: text }])),
      ...refusals(
        [...problems, ...(key ? KEY_REFUSALS : []), ...EVERYWHERE],
        refusalPage ? { ...PROBLEM, 'text/html': { schema: { type: 'string' } } } : PROBLEM,
      ),
      ...Object.fromEntries(
        Object.entries(otherJson).map(([status, schema]) => [
          status,
          {
            description: 'Not now.',
            content: { 'application/json': { schema: jsonSchema(schema) }, ...PROBLEM },
          },
        ]),
      ),
    },
  }
}

/** `text/plain` first: a page may send it to another origin without asking beforehand. */
const bodyTypes = (schema: unknown) => ({
  'text/plain': { schema: { type: 'string', contentMediaType: 'application/json', contentSchema: schema } },
  'application/json': { schema },
})

const streamsOf = (streams: Description['streams'] = {}, which: 'body' | 'answer') =>
  Object.fromEntries(
    Object.entries(streams).map(([type, each]) => [
      type,
      { schema: { type: 'string', description: each[which] } },
    ]),
  )

const FORM = 'application/x-www-form-urlencoded'

const parameter = (name: string) => ({ name, schema: { type: 'string' } })

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

function refusals(slugs: readonly ProblemSlug[], content: object) {
  const statuses = [...new Set(slugs.map(slug => PROBLEMS[slug].status))]
  return Object.fromEntries(
    statuses.map(status => {
      const same = slugs.filter(slug => PROBLEMS[slug].status === status)
      return [status, { description: `${same.join(', ')}.`, content }]
    }),
  )
}

export const jsonSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
