import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWebhookSecret, signWebhook } from './standard-webhooks.ts'

/** As the reference implementations of Standard Webhooks test themselves. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

test("the published example's signature comes out", () => {
  const { id, body, secret, seconds, signature } = vector
  assert.deepEqual(signWebhook({ id, sentAt: seconds * 1000 + 999, body, secrets: [secret] }), {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  })
})

test('each secret signs, so that a receiver may have either', () => {
  const { id, body, secret, seconds, signature } = vector
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const signed = signWebhook({ id, sentAt: seconds * 1000, body, secrets: [other, secret] })
  const [first, second, ...more] = signed['webhook-signature'].split(' ')
  assert.notEqual(first, signature)
  assert.equal(second, signature)
  assert.deepEqual(more, [])
})

test('a secret is whsec_ and 24 to 64 bytes in base64', () => {
  const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 5).toString('base64')}`
  for (const secret of [vector.secret, secretOf(24), secretOf(32), secretOf(64)]) {
    assert.ok(isWebhookSecret(secret), secret)
  }
  for (const text of [
    '',
    'whsec_',
    secretOf(23),
    secretOf(65),
    secretOf(32).slice(6),
    'whsec_a b c',
    `${vector.secret}!`,
  ]) {
    assert.ok(!isWebhookSecret(text), text)
  }
})
