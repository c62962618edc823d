import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attributes, allowed, attributeNames } from './attributes.ts'

const said = {
  'http.request.method': 'POST',
  'http.route': '/globalpci/v1/session/:sessionGuid',
  'http.response.status_code': 200,
  'error.type': 'provider-unavailable',
  'tonegate.region': 'nam',
  'tonegate.node': '054847ab-6049-4919-86f6-a6adfc881ed4',
  'tonegate.account_id': 1,
  'tonegate.session_guid': '0198c0fd-89c0-73ac-b013-c561988c2ffc',
  'tonegate.capture_guid': '0198c0fd-89c0-73ac-b013-c561988c2ffc',
  'tonegate.gateway.kind': 'stripe',
  'tonegate.operation': 'authorise',
  'tonegate.answer': 'approved',
  'tonegate.rows': 'refreshTokens',
  'tonegate.removed': 200,
} as const satisfies Attributes

test('every attribute is said where it is what it may be', () => {
  assert.deepEqual(allowed(said), said)
  assert.deepEqual(Object.keys(said), attributeNames)
})

test('a card number is said by no attribute, however it is offered', () => {
  const card = '4111111111111111'
  for (const offered of [
    card,
    Number(card),
    `/pay/${card}`,
    `4111 1111 1111 1111`,
    `41111111-1111-1111-1111-111111111111`,
    `a${card}`,
    `error ${card}`,
    [card],
    { card },
    { toString: () => card },
  ]) {
    for (const name of attributeNames) {
      assert.deepEqual(allowed({ [name]: offered } as Attributes), {}, `${name}: ${offered}`)
    }
  }
})

test('an attribute that is not in the list is not said, nor what an object inherits', () => {
  assert.deepEqual(allowed({ 'url.path': '/x', constructor: 'x' } as Attributes), {})
  assert.deepEqual(allowed(Object.create(said) as Attributes), said)
  assert.deepEqual(allowed({ 'tonegate.answer': undefined }), {})
})
