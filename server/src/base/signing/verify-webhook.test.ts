import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook } from './standard-webhooks.ts'
import { isSigned } from './verify-webhook.ts'

const [secret, other] = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [
  string,
  string,
]
const now = Date.UTC(2026, 0, 15, 9, 30)
const body = Buffer.from('{"paid":true}')
const signed = (sentAt: number, secrets: readonly string[] = [secret], id = 'msg_1') => ({
  headers: { ...signWebhook({ id, sentAt, body, secrets }) },
  body,
})

test('a message is believed for five minutes, and from a clock that is five minutes ahead', () => {
  for (const [sentAt, isBelieved] of [
    [now, true],
    [now - 300_000, true],
    [now - 301_000, false],
    [now + 300_000, true],
    [now + 301_000, false],
  ] as const) {
    assert.equal(isSigned(signed(sentAt), [secret], now), isBelieved, String(sentAt - now))
  }
  assert.equal(isSigned(signed(now - 300_000), [secret], now + 1), false, 'a millisecond too old')
})

test('any of its signatures may be by any of the secrets, of the first ten', () => {
  assert.equal(isSigned(signed(now, [other]), [secret], now), false)
  assert.equal(isSigned(signed(now, [other]), [secret, other], now), true)
  assert.equal(isSigned(signed(now, [other, secret]), [secret], now), true)
  const { headers } = signed(now)
  const padded = (count: number) => ({
    headers: {
      ...headers,
      'webhook-signature': `${'v1,AAAA '.repeat(count)}${headers['webhook-signature']}`,
    },
    body,
  })
  assert.equal(isSigned(padded(9), [secret], now), true)
  assert.equal(isSigned(padded(10), [secret], now), false)
})

test('an id of 255 characters is one; none, a longer one and a missing header are not', () => {
  assert.equal(isSigned(signed(now, [secret], 'm'.repeat(255)), [secret], now), true)
  assert.equal(isSigned(signed(now, [secret], 'm'.repeat(256)), [secret], now), false)
  assert.equal(isSigned(signed(now, [secret], ''), [secret], now), false)
  const { headers } = signed(now)
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    assert.equal(isSigned({ headers: { ...headers, [name]: undefined }, body }, [secret], now), false, name)
    assert.equal(isSigned({ headers: { ...headers, [name]: ['a', 'b'] }, body }, [secret], now), false)
  }
  for (const timestamp of ['', 'now', '-1', '1.5', '1'.repeat(13)]) {
    assert.equal(
      isSigned({ headers: { ...headers, 'webhook-timestamp': timestamp }, body }, [secret], now),
      false,
    )
  }
})

test('another body, or another id, is another message', () => {
  const { headers } = signed(now)
  assert.equal(isSigned({ headers, body: Buffer.from('{"paid":false}') }, [secret], now), false)
  assert.equal(isSigned({ headers: { ...headers, 'webhook-id': 'msg_2' }, body }, [secret], now), false)
})
