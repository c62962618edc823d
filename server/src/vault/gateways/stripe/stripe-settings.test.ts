import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { testRequest } from '../test-request.ts'
import { formOf, startStripe } from './double/test-start-stripe.ts'
import { settingsSchema } from './stripe-settings.ts'

const apiKey = 'sk_test_1234567890abcdef'
const suffix = (statementDescriptorSuffix: string) => ({ statementDescriptorSuffix })

test('what the statement says is on every payment, and on no card that is only verified or kept', async (t) => {
  const { stripe, gateway } = await startStripe(t, { settings: suffix('BOOKS 12') })
  for (const purpose of ['charge', 'authorise', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, idempotencyKey: purpose }))
  }
  const said = stripe.asked.map(({ body }) => formOf(body).get('statement_descriptor_suffix'))
  assert.deepEqual(said, ['BOOKS 12', 'BOOKS 12', null, null, null])
})

for (const [settings, isTaken] of [
  [suffix('BOOKS'), true],
  [suffix('A'), true],
  [suffix('Order 12345678901234'), true],
  [suffix(''), false],
  [suffix('12345'), false],
  [suffix('BOOKS OF THE HARBOURS'), false],
  [suffix('BOOKS*'), false],
  [suffix('<BOOKS>'), false],
  [suffix('BOOK\\S'), false],
  [suffix("BOOK'S"), false],
  [suffix('BOOK"S'), false],
  [suffix('BOOKS\n'), false],
  [suffix('BÜCHER'), false],
  [{ webhookSecrets: ['whsec_0123456789abcdef'] }, true],
  [{ webhookSecrets: ['whsec_0123456789abcdef', 'whsec_fedcba9876543210'] }, true],
  [{ webhookSecrets: [] }, false],
  [{ webhookSecrets: ['0123456789abcdef'] }, false],
  [{ webhookSecrets: ['whsec_0123456789 abcdef'] }, false],
  [{ webhookSecrets: ['whsec_0123456789abcdef\n'] }, false],
  [{ webhookSecrets: 'whsec_0123456789abcdef' }, false],
  [{ credentialUsage: 'recurring' }, true],
  [{ credentialUsage: 'sometimes' }, false],
  [{ apiVersion: '2026-10-28.endive' }, true],
  [{ apiVersion: 'latest' }, false],
] as const) {
  test(`${JSON.stringify(settings)} ${isTaken ? 'can be set' : 'cannot be set'}`, () => {
    assert.equal(Check(settingsSchema, { apiKey, ...settings }), isTaken)
  })
}
