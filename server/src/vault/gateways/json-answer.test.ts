import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detailsOf, jsonIn } from './json-answer.ts'

test('numbers of an answer are told as the gateway wrote them, whole ones as such', () => {
  const answer = jsonIn(
    Buffer.from('{"rate":1.10,"code":123.0,"power":1E2,"large":12345678901234567890,"flag":true}'),
  )
  assert.deepEqual(detailsOf(answer ?? {}), { rate: '1.10', code: '123', power: '100', flag: 'true' })
})
