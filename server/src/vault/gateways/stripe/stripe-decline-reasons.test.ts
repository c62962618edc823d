import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripeDeclineReason } from './stripe-decline-reasons.ts'

test('decline codes are told by reasons of one vocabulary', () => {
  for (const [code, reason] of [
    ['insufficient_funds', 'insufficient-funds'],
    ['expired_card', 'expired-card'],
    ['invalid_expiry_year', 'expired-card'],
    ['incorrect_number', 'invalid-card-number'],
    ['invalid_account', 'invalid-card-number'],
    ['incorrect_cvc', 'invalid-security-code'],
    ['lost_card', 'lost-or-stolen'],
    ['pickup_card', 'lost-or-stolen'],
    ['card_velocity_exceeded', 'limit-exceeded'],
    ['withdrawal_count_limit_exceeded', 'limit-exceeded'],
    ['currency_not_supported', 'card-not-supported'],
    ['restricted_card', 'card-not-supported'],
    ['fraudulent', 'suspected-fraud'],
    ['merchant_blacklist', 'suspected-fraud'],
    ['authentication_required', 'authentication-failed'],
    ['payment_intent_authentication_failure', 'authentication-failed'],
    ['generic_decline', 'do-not-honour'],
    ['a_code_of_next_year', 'do-not-honour'],
  ] as const) {
    assert.equal(stripeDeclineReason(code), reason, code)
  }
})

test('of two codes the first that is known counts, and none is no reason', () => {
  assert.equal(stripeDeclineReason(undefined, 'expired_card'), 'expired-card')
  assert.equal(stripeDeclineReason('insufficient_funds', 'card_declined'), 'insufficient-funds')
  assert.equal(stripeDeclineReason('a_code_of_next_year', 'incorrect_cvc'), 'invalid-security-code')
  assert.equal(stripeDeclineReason(undefined, undefined), 'do-not-honour')
})
