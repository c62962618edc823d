import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationsOf, readDocument } from './openapi-document.ts'
import { operationText, triedOperation } from './operation-text.ts'
import { referencePages } from './reference-pages.ts'

test('every operation of the OpenAPI document has a section, and a form to try it', () => {
  const text = referencePages()
    .map((page) => page.text)
    .join('\n')
  const operations = operationsOf(readDocument())
  assert.ok(operations.length >= 10)
  for (const { path, operation } of operations) {
    assert.ok(path.startsWith('/'), path)
    assert.ok(text.includes(`<div id="${operation.operationId.toLowerCase()}"></div>`), operation.operationId)
    assert.ok(text.includes(`<TryIt operation="${operation.operationId}" />`), operation.operationId)
  }
  assert.match(text, /id="getuserinfo".{0,400}with the scope `openid`/s)
})

const document = {
  servers: [{ url: 'https://nam.api.example.com/globalpci' }],
  paths: {
    '/v1/orders/{id}': {
      post: {
        operationId: 'changeOrder',
        tags: ['Orders'],
        summary: 'Changes an order',
        security: [{ oauth2: ['globalpci'] }],
        parameters: [
          { name: 'id', in: 'path', required: true, example: 'order-1', schema: { type: 'string' } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Order' },
              examples: { first: { value: { a: 1 } }, test: { value: { amount: '1.00' } } },
            },
          },
        },
        responses: {
          '200': { description: 'Done.' },
          '404': { description: '`not-found`: Not found.\n\n`gone`: It was there\nonce.' },
        },
      },
    },
  },
  components: {
    schemas: {
      Order: {
        type: 'object',
        required: ['amount'],
        properties: {
          amount: { type: 'string', maxLength: 20, description: 'In <major> units | as text.' },
          state: { enum: ['open', 'paid'] },
          lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } },
          next: { $ref: '#/components/schemas/Order' },
        },
      },
      Line: { type: 'object', properties: { note: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
    },
  },
}

test('a body is shown member by member, those within it by their path, however deep it refers to itself', () => {
  const [placed] = operationsOf(document)
  assert.ok(placed)
  assert.equal(placed.path, '/globalpci/v1/orders/{id}')
  const text = operationText(document, placed, { isTried: true })
  assert.match(
    text,
    /\| `amount` \| string \| \*\*Required\.\*\* In &lt;major> units \\\| as text\. At most 20 characters\. \|/,
  )
  assert.match(text, /\| `state` \| `open`, `paid` \|/)
  assert.match(text, /\| `lines\[\]\.note` \| string or null \|/)
  assert.match(text, /\| `next\.lines\[\]\.note` \|/)
  assert.match(
    text,
    /\| 404 \| \[`not-found`\]\(\/errors#not-found-404\): Not found\.<br>\[`gone`\]\(\/errors#gone-404\): It was there once\. \|/,
  )
  assert.match(text, /Needs an access token with the scope `globalpci`\./)
})

test('what is tried is sent with the sandbox’s own token, and with the example that needs no call', () => {
  const [placed] = operationsOf(document)
  assert.ok(placed)
  const tried = triedOperation(document, placed)
  assert.equal(tried.access, 'globalpci')
  assert.deepEqual(tried.parameters, [{ name: 'id', in: 'path', required: true, example: 'order-1' }])
  assert.deepEqual(JSON.parse(tried.body?.example ?? ''), { amount: '1.00' })
})
