import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problems } from '../../src/base/problem.ts'
import {
  type DescribedContent,
  type DescribedOperation,
  description,
  exampleOf,
  faultsAt,
  operations,
} from './test-description.ts'

const webhooks = Object.entries(description.webhooks).map(([name, { post }]) => ({
  place: ['webhooks', name, 'post'],
  operation: post,
}))

const all = [
  ...operations.map(({ path, method, operation }) => ({ place: ['paths', path, method], operation })),
  ...webhooks,
]

/** Every content of an operation: of its request and of its answers. */
const contentsOf = ({ requestBody, responses }: DescribedOperation): readonly Placed[] => [
  ...(requestBody ? [{ place: ['requestBody'], content: requestBody.content }] : []),
  ...Object.entries(responses).flatMap(([status, { content }]) =>
    content ? [{ place: ['responses', status], content }] : [],
  ),
]

interface Placed {
  readonly place: readonly string[]
  readonly content: DescribedContent
}

test('each body has an example, and each example is as its schema says', () => {
  const faults = all.flatMap(({ place, operation }) =>
    contentsOf(operation).flatMap(({ place: of, content }) =>
      Object.entries(content).flatMap(([mediaType, { examples }]) => {
        assert.ok(Object.keys(examples).length > 0, `${operation.operationId} ${of} has no example`)
        const schema = [...place, ...of, 'content', mediaType, 'schema']
        return Object.entries(examples).flatMap(([name, example]) =>
          faultsAt('closed', schema, exampleOf(example).value).map(
            (fault) => `${operation.operationId} ${of} ${name}: ${fault}`,
          ),
        )
      }),
    ),
  )
  assert.deepEqual(faults, [])
})

test('each operation and parameter says what it is, and each parameter in a path has an example', () => {
  for (const { operation } of all) {
    assert.match(operation.operationId, /^[a-z][A-Za-z]+$/)
    assert.ok(operation.summary && operation.description, operation.operationId)
    for (const { name, in: place, description: said, example } of operation.parameters ?? []) {
      assert.ok(said, `${operation.operationId} ${name} is not described`)
      if (place === 'path') assert.ok(example, `${operation.operationId} ${name} has no example`)
    }
  }
})

test('errors are problems, those of the OAuth endpoints theirs, and 429 and 503 say when to come again', () => {
  for (const { operation } of operations) {
    for (const [status, { content, headers }] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue
      const { operationId } = operation
      if (['429', '503'].includes(status) && !('text/html' in (content ?? {})))
        assert.ok('Retry-After' in headers, `${operationId} ${status}`)
      const schemas = Object.entries(content ?? {}).map(([type, { schema }]) => `${type} ${schema.$ref}`)
      assert.ok(
        schemas.every((each) => errorSchemas.some((known) => known.test(each))),
        `${operationId} ${status} ${schemas}`,
      )
    }
  }
})

const errorSchemas = [
  /^application\/problem\+json #\/components\/schemas\/Problem$/,
  /^application\/json #\/components\/schemas\/(?:OAuthError|ProviderTokenError)$/,
  /^text\/(?:plain|html) undefined$/,
]

test('a schema that has members is written once: none stands in an operation without a name', () => {
  const unnamed = all.flatMap(({ operation }) =>
    contentsOf(operation).flatMap(({ content }) =>
      Object.values(content)
        .filter(({ schema }) => 'properties' in schema)
        .map(() => operation.operationId),
    ),
  )
  assert.deepEqual(unnamed, [])
})

test('the example of a problem has the type, title and status of the registry', () => {
  const { examples } = description.components
  for (const [code, { status, title }] of Object.entries(problems)) {
    const value = examples[code]?.value as Readonly<Record<string, unknown>> | undefined
    if (!value) continue
    assert.match(String(value.type), new RegExp(`#${code}$`))
    assert.deepEqual([value.title, value.status], [title, status])
  }
})
