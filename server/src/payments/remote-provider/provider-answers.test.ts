import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownCode } from './provider-answers.ts'

test('an error code is shown when it is a word, and never when it is the secret', () => {
  assert.equal(shownCode('invalid_client_key', 'secret'), 'invalid_client_key')
  for (const error of ['secret', 'a b', '4111111111111111', 'x'.repeat(65), { code: 'a' }, 7, true]) {
    assert.equal(shownCode(error, 'secret'), 'unknown_error')
  }
  for (const none of [undefined, null, false, '']) assert.equal(shownCode(none, 'secret'), undefined)
})
