import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { startPayments } from '../test-payments.ts'

const checkedIn = new URL('../../../../docs/openapi.json', import.meta.url)

// With TONEGATE_WRITE_OPENAPI=1 the file is written instead of compared.
test('docs/openapi.json is what the API says of itself', async (t) => {
  const { send } = await startPayments(t)
  const answer = await send({ url: '/globalpci/openapi.json', as: 'nobody' })
  assert.equal(answer.statusCode, 200)
  if (process.env.TONEGATE_WRITE_OPENAPI === '1') writeFileSync(checkedIn, answer.body)
  assert.equal(readFileSync(checkedIn, 'utf8'), answer.body)
})

test('the description is OpenAPI 3.1 and names each operation, its security and its problems', async (t) => {
  const { send } = await startPayments(t)
  const document = (await send({ url: '/globalpci/openapi.json', as: 'nobody' })).json()
  assert.match(document.openapi, /^3\.1\./)
  assert.deepEqual(document.servers, [{ url: '/globalpci', description: 'The Payment API of a region.' }])
  assert.deepEqual(document.security, [{ bearer: [] }])
  assert.equal(document.components.securitySchemes.bearer.scheme, 'bearer')
  assert.deepEqual(Object.keys(document.paths).sort(), [
    '/v1/digitalsession',
    '/v1/digitalsession/{sessionGuid}/resend',
    '/v1/session',
    '/v1/session/{sessionGuid}',
    '/v1/session/{sessionGuid}/cancel',
    '/v1/session/{sessionGuid}/capture',
    '/v1/session/{sessionGuid}/events',
    '/v1/session/{sessionGuid}/payment',
    '/v1/session/{sessionGuid}/refund',
    '/v1/session/{sessionGuid}/void',
    '/v1/sessions',
  ])
  for (const methods of Object.values<Record<string, { responses: Record<string, unknown> }>>(
    document.paths,
  )) {
    for (const { responses } of Object.values(methods)) {
      for (const status of ['200', '401', '429', '500']) assert.ok(responses[status], status)
    }
  }
  const bodyOf = (path: string) => document.paths[path].post.requestBody
  assert.equal(bodyOf('/v1/session').required, true)
  assert.equal(bodyOf('/v1/digitalsession/{sessionGuid}/resend').required, false)
  assert.equal(bodyOf('/v1/session/{sessionGuid}/refund').required, false)
  const { properties } = document.paths['/v1/session'].post.requestBody.content['application/json'].schema
  assert.deepEqual(Object.keys(properties), [
    'agentId',
    'paymentData',
    'accountConfigurationId',
    'skipCallTransfer',
  ])
})
