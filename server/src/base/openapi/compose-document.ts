import type { TObject, TSchema } from 'typebox'
import { type Answer, type ApiPart, answerHeaders, type Content, type Operation } from './api-part.ts'
import { exampleOrigins } from './example-region.ts'
import { createNamedExamples } from './named-examples.ts'
import { createNamedSchemas } from './named-schemas.ts'

/** What a description says beside its operations. */
export interface DocumentHead {
  readonly info: object
  readonly parts: readonly ApiPart[]
}

/** Makes one description (OpenAPI 3.1) of all parts, in the terms of the example region. */
export function composeDocument({ info, parts }: DocumentHead): object {
  const named = { schemas: createNamedSchemas(), examples: createNamedExamples() }
  const paths = parts.flatMap((part) =>
    Object.entries(part.paths).map(([path, methods]) => [path, pathItem(part, methods, named)] as const),
  )
  const webhooks = parts.flatMap(({ webhooks = {} }) =>
    Object.entries(webhooks).map(([name, post]) => [name, { post: operationObject(post, named) }] as const),
  )
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: exampleOrigins.api, description: 'The API of a region.' }],
    tags: parts.flatMap(({ tags }) => tags),
    paths: Object.fromEntries(paths),
    webhooks: Object.fromEntries(webhooks),
    components: {
      schemas: named.schemas.all(),
      examples: named.examples.all(),
      headers: answerHeaders,
      securitySchemes: Object.assign({}, ...parts.map(({ securitySchemes = {} }) => securitySchemes)),
    },
  }
}

/** What is written once and referred to. */
interface Named {
  readonly schemas: ReturnType<typeof createNamedSchemas>
  readonly examples: ReturnType<typeof createNamedExamples>
}

function pathItem({ host }: ApiPart, methods: ApiPart['paths'][string], named: Named): object {
  const operations = Object.entries(methods).map(([method, operation]) => [
    method,
    operationObject(operation, named),
  ])
  return {
    ...(host !== 'api' && { servers: [{ url: exampleOrigins[host], description: servedBy[host] }] }),
    ...Object.fromEntries(operations),
  }
}

const servedBy = { identity: 'The identity server of a region.', payment: 'The vault of a region.' } as const

function operationObject(operation: Operation, named: Named): object {
  const { operationId, tag, summary, description, security, path, query, headers, body, answers } = operation
  const parameters = [
    ...parametersIn('path', path, named),
    ...parametersIn('query', query, named),
    ...parametersIn('header', headers, named),
  ]
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        description: body.description,
        required: body.required,
        content: contentObject(body.content, named),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, responseObject(answer, named)]),
    ),
  }
}

function parametersIn(place: string, members: TObject | undefined, named: Named): readonly object[] {
  if (!members) return []
  const required: readonly string[] = members.required ?? []
  return Object.entries<TSchema>(members.properties).map(([name, member]) => {
    const { description, examples, ...unnamed } = member as Described
    const schema = unnamed.title === undefined ? unnamed : member
    return {
      name,
      in: place,
      description,
      required: required.includes(name),
      schema: named.schemas.refer(schema),
      ...(examples && { example: examples[0] }),
    }
  })
}

interface Described {
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly title?: string
}

function responseObject({ description, headers = [], content }: Answer, named: Named): object {
  const all = headers.includes('X-Request-Id') ? headers : (['X-Request-Id', ...headers] as const)
  return {
    description,
    headers: Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(content && { content: contentObject(content, named) }),
  }
}

const contentObject = (content: Content, named: Named): object =>
  Object.fromEntries(
    Object.entries(content).map(([mediaType, { schema, examples }]) => [
      mediaType,
      { schema: named.schemas.refer(schema), examples: named.examples.refer(examples) },
    ]),
  )
