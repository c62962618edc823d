import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testRequest } from '../../test-request.ts'
import { cybersourceSettings } from '../double/test-authentication.ts'
import { startCybersource } from '../double/test-start.ts'
import { bearerToken } from './bearer-token.ts'

const now = Date.UTC(2026, 0, 15, 9, 30)
const id = '3f2b1c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const url = (path: string) => new URL(path, 'https://apitest.cybersource.com')

/** What cybersource-rest-client 0.0.83 makes of the same merchant, moment and identifier: header, claims, signature. */
const made = {
  post: {
    claims:
      'eyJkaWdlc3QiOiJtSDNyc2hHMmMvTWNmLzYreUhmMFJHTGN6U1kzNXNFdTNKYjZMZUs5WDFVPSIsImRpZ2VzdC1hbGdvcml0aG0iOiJTSEEtMjU2IiwiaWF0IjoxNzY4NDY5NDAwLCJleHAiOjE3Njg0Njk1MjAsInJlcXVlc3QtaG9zdCI6ImFwaXRlc3QuY3liZXJzb3VyY2UuY29tIiwicmVxdWVzdC1yZXNvdXJjZS1wYXRoIjoiL3B0cy92Mi9wYXltZW50cyIsInJlcXVlc3QtbWV0aG9kIjoicG9zdCIsImlzcyI6ImhhcmJvdXJfYm9va3MiLCJqdGkiOiIzZjJiMWM0ZC01ZTZmLTRhN2ItOGM5ZC0wZTFmMmEzYjRjNWQiLCJ2LWMtand0LXZlcnNpb24iOiIyIiwidi1jLW1lcmNoYW50LWlkIjoiaGFyYm91cl9ib29rcyJ9',
    signature: 'XhnQOS5aCUoMn7Sc6AlPNvcJjZv5lmHl0aW_GxxqHc8',
  },
  get: {
    claims:
      'eyJpYXQiOjE3Njg0Njk0MDAsImV4cCI6MTc2ODQ2OTUyMCwicmVxdWVzdC1ob3N0IjoiYXBpdGVzdC5jeWJlcnNvdXJjZS5jb20iLCJyZXF1ZXN0LXJlc291cmNlLXBhdGgiOiIvdHNzL3YyL3RyYW5zYWN0aW9ucy83MDAwMDAwMDAwMDAwMDAwMDAwMDAxIiwicmVxdWVzdC1tZXRob2QiOiJnZXQiLCJpc3MiOiJoYXJib3VyX2Jvb2tzIiwianRpIjoiM2YyYjFjNGQtNWU2Zi00YTdiLThjOWQtMGUxZjJhM2I0YzVkIiwidi1jLWp3dC12ZXJzaW9uIjoiMiIsInYtYy1tZXJjaGFudC1pZCI6ImhhcmJvdXJfYm9va3MifQ',
    signature: '_tbQdWrFs_34z7DbSBRoPwEktZuFchdvgHnGMRWcqfM',
  },
  encrypted: {
    claims:
      'eyJkaWdlc3QiOiJ2OVorM1RiRlp6amdxdURPdTZKMmVVNGFMOHZLcFUybVBWWDVCUTNnM09ZPSIsImRpZ2VzdC1hbGdvcml0aG0iOiJTSEEtMjU2IiwiaWF0IjoxNzY4NDY5NDAwLCJleHAiOjE3Njg0Njk1MjAsInJlcXVlc3QtaG9zdCI6ImFwaXRlc3QuY3liZXJzb3VyY2UuY29tIiwicmVxdWVzdC1yZXNvdXJjZS1wYXRoIjoiL3B0cy92Mi9wYXltZW50cyIsInJlcXVlc3QtbWV0aG9kIjoicG9zdCIsImlzcyI6ImhhcmJvdXJfYm9va3MiLCJqdGkiOiIzZjJiMWM0ZC01ZTZmLTRhN2ItOGM5ZC0wZTFmMmEzYjRjNWQiLCJ2LWMtand0LXZlcnNpb24iOiIyIiwidi1jLW1lcmNoYW50LWlkIjoiaGFyYm91cl9ib29rcyIsInYtYy1yZXNwb25zZS1tbGUta2lkIjoiMTcwMDAwMDAwMDAwMDAwMDAwMDAwMSJ9',
    signature: 'BY1-JGHPo41jAFKvHJ1U9VSYlyZNw1Ho6S7Z1PExFEk',
  },
} as const

const header =
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6IjA4Yzk0MzMwLWY2MTgtNDJhMy1iMDlkLWUxZTQzYmU1ZWZkYSJ9'

const payment = { method: 'POST', url: url('/pts/v2/payments'), id, now } as const

for (const [what, { claims, signature }, token] of [
  [
    'of a payment',
    made.post,
    bearerToken(cybersourceSettings, {
      ...payment,
      body: Buffer.from('{"clientReferenceInformation":{"code":"Zażółć"}}'),
    }),
  ],
  [
    'of a question',
    made.get,
    bearerToken(cybersourceSettings, {
      method: 'GET',
      url: url('/tss/v2/transactions/7000000000000000000001'),
      id,
      now,
    }),
  ],
  [
    'of an encrypted payment',
    made.encrypted,
    bearerToken(
      { ...cybersourceSettings, responseKeyId: '1700000000000000000001' },
      { ...payment, body: Buffer.from('{"encryptedRequest":"x.y.z"}') },
    ),
  ],
] as const) {
  test(`a token ${what} is the one that CyberSource’s SDK makes, byte for byte`, () => {
    assert.equal(token, `${header}.${claims}.${signature}`)
  })
}

test('every request has a token of its own, and HTTP Signature is there by setting alone', async (t) => {
  const { create, gateway, asked } = await startCybersource(t)
  assert.equal((await gateway.authorise(testRequest())).status, 'approved')
  assert.equal((await gateway.authorise(testRequest({ idempotencyKey: 'another' }))).status, 'approved')
  const tokens = asked.map(({ headers }) => headers.authorization)
  assert.equal(new Set(tokens).size, 2)
  assert.ok(asked.every(({ headers }) => headers.signature === undefined))
  const retired = create({ authentication: 'http-signature' })
  assert.equal((await retired.authorise(testRequest({ idempotencyKey: 'third' }))).status, 'approved')
  assert.match(asked.at(-1)?.headers.signature ?? '', /^keyid=/)
  assert.equal(asked.at(-1)?.headers.authorization, undefined)
})
