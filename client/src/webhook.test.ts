import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { testStart } from './test-clock.ts'
import { paid } from './test-servers.ts'
import { verifyWebhook, type WebhookVerification } from './webhook.ts'

const key = randomBytes(32)
const secret = `whsec_${key.toString('base64')}`
const timestamp = String(testStart / 1000)
const body = JSON.stringify(paid)

const sign = (signed: string, by = key) => `v1,${createHmac('sha256', by).update(signed).digest('base64')}`

function message({
  at = timestamp,
  content = body,
  signature = sign(`msg-1.${at}.${content}`),
} = {}): WebhookVerification {
  const headers = { 'webhook-id': 'msg-1', 'webhook-timestamp': at, 'webhook-signature': signature }
  return { secret, headers, body: content, now: () => testStart }
}

test('a message that is signed is believed, and its type is known', async () => {
  const { id, sentAt, type, data } = await verifyWebhook(message())
  assert.deepEqual([id, sentAt.getTime(), type], ['msg-1', testStart, 'session.status'])
  assert.deepEqual(data, paid)
})

test('the vector of Standard Webhooks is believed', async () => {
  const { data } = await verifyWebhook({
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    now: () => 1614265330_000,
  })
  assert.deepEqual(data, { test: 2432232314 })
})

test('headers of a fetch request, and a body of bytes', async () => {
  const { headers, ...rest } = message()
  const bytes = new TextEncoder().encode(body)
  const given = new Headers(headers as Record<string, string>)
  assert.equal((await verifyWebhook({ ...rest, headers: given, body: bytes })).type, 'session.status')
})

test('what happens in a session, an operation on a payment, and what is newer, are told apart', async () => {
  const read = async (content: object) => {
    const { type, data } = await verifyWebhook(message({ content: JSON.stringify(content) }))
    return [type, data]
  }
  const progress = { id: 'msg-1', sequence: 1, progress: 'opened' }
  assert.deepEqual(await read({ type: 'session.progress', data: progress }), ['session.progress', progress])
  const refund = { id: 'msg-1', operation: { status: 'succeeded' } }
  assert.deepEqual(await read({ type: 'payment.refunded', data: refund }), ['payment.refunded', refund])
  const newer = { type: 'session.newer', sessionState: 'Finished' }
  for (const other of [
    newer,
    { type: 'something.newer', data: {} },
    { type: 'payment.refunded', data: 7 },
    {},
  ]) {
    assert.deepEqual(await read(other), ['other', other])
  }
})

test('one of several signatures, by one of several secrets, is enough', async () => {
  const other = sign(`msg-1.${timestamp}.${body}`, randomBytes(32))
  const signature = `v1a,bm90aGluZw== ${other} ${sign(`msg-1.${timestamp}.${body}`)}`
  const older = `whsec_${randomBytes(32).toString('base64')}`
  await verifyWebhook({ ...message({ signature }), secret: [older, secret] })
})

for (const [fault, changed] of [
  ['signature-wrong', { ...message(), body: body.replace('approved', 'declined') }],
  ['signature-wrong', { ...message(), secret: `whsec_${randomBytes(32).toString('base64')}` }],
  ['signature-wrong', message({ signature: sign(`msg-2.${timestamp}.${body}`) })],
  ['signature-wrong', message({ signature: 'v1,' })],
  ['signature-wrong', message({ signature: 'v1,&&&' })],
  ['signature-wrong', message({ signature: sign(`msg-1.${timestamp}.${body}`).replace('v1', 'v2') })],
  ['signature-wrong', message({ signature: 'v1,YQ== '.repeat(10) + sign(`msg-1.${timestamp}.${body}`) })],
  ['too-old', message({ at: String(testStart / 1000 - 301) })],
  ['too-new', message({ at: String(testStart / 1000 + 301) })],
  ['timestamp-malformed', message({ at: 'NaN' })],
  ['timestamp-malformed', message({ at: '1e99' })],
  ['header-missing', message({ signature: '' })],
  ['header-missing', { ...message(), headers: {} }],
  ['body-malformed', message({ content: '<html>' })],
  ['body-malformed', message({ content: 'null' })],
] as const) {
  test(`${fault}: is not believed`, () =>
    assert.rejects(verifyWebhook(changed), { name: 'WebhookError', kind: 'webhook', fault }))
}

test('five minutes are not too long', async () => {
  await verifyWebhook(message({ at: String(testStart / 1000 - 300) }))
  await verifyWebhook(message({ at: String(testStart / 1000 + 300) }))
})

test('headers of another library’s class, and as they were sent', async () => {
  const { headers, ...rest } = message()
  const entries = Object.entries(headers as Record<string, string>)
  const kept = new Map(entries)
  const others = { get: (name: string) => kept.get(name) ?? null } as unknown as Headers
  const shouted = Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]))
  for (const given of [others, shouted])
    assert.equal((await verifyWebhook({ ...rest, headers: given })).id, 'msg-1')
})

test('no secret at all is a wrong argument, not a wrong signature', () =>
  assert.rejects(verifyWebhook({ ...message(), secret: [] }), TypeError))

for (const bad of ['', 'whsec_', 'whsec_&']) {
  test(`‘${bad}’ is no secret`, () => assert.rejects(verifyWebhook({ ...message(), secret: bad }), TypeError))
}
