import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adyenDeclineReason } from './adyen-decline-reasons.ts'

test('refusal reason codes are told by reasons of one vocabulary', () => {
  for (const [codes, reason] of [
    [[12], 'insufficient-funds'],
    [[6], 'expired-card'],
    [[8, 34, 35], 'invalid-card-number'],
    [[24], 'invalid-security-code'],
    [[5], 'lost-or-stolen'],
    [[28, 29], 'limit-exceeded'],
    [[10, 17, 18, 19, 23, 25, 33, 36, 37, 41, 43, 44, 45], 'card-not-supported'],
    [[14, 20, 22, 31], 'suspected-fraud'],
    [[11, 38, 39, 42], 'authentication-failed'],
    [[2, 3, 4, 7, 9, 15, 16, 21, 26, 27, 32, 40, 46, 99], 'do-not-honour'],
  ] as const) {
    for (const code of codes) assert.equal(adyenDeclineReason(String(code)), reason, String(code))
  }
  assert.equal(adyenDeclineReason(undefined), 'do-not-honour')
})
