import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redirectChallenge } from './redirect-challenge.ts'

test('a redirect becomes a form whose fields are its query', () => {
  assert.deepEqual(redirectChallenge('https://bank.example/ask?of=a%2Bb%20c&two=#here'), {
    status: 'challenge',
    challenge: {
      url: 'https://bank.example/ask#here',
      method: 'get',
      fields: { of: 'a+b c', two: '' },
    },
  })
})

test('a redirect that a form cannot stand for is none', () => {
  for (const address of [
    'javascript:alert(1)',
    'data:text/html,x',
    '/ask',
    'https://bank.example/?a=1&a=2',
  ]) {
    assert.throws(() => redirectChallenge(address), { name: 'UnclearAnswer' })
  }
})
