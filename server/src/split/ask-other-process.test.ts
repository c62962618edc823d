import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoAnswer, type OutgoingRequest } from '../base/outgoing/outgoing.ts'
import { Problem } from '../base/problem.ts'
import { inRequest } from '../base/request-scope.ts'
import { NotLaunched } from '../payments/provider.ts'
import { createAskOtherHalf } from './ask-other-process.ts'

const asking = (status: number, body: string | Buffer) =>
  createAskOtherHalf({
    send: async () => ({ status, headers: {}, body: Buffer.from(body) }),
    peer: new URL('https://vault.example.com/nam'),
  })('/api/v1/live-call', {})

test('an answer is read with a byte order mark and without, and none is nothing', async () => {
  for (const body of ['{"call":null}', '\ufeff{"call":null}'])
    assert.deepEqual(await asking(200, body), { call: null })
  assert.deepEqual(await asking(200, ''), {})
})

test('what is no JSON in UTF-8 is no answer', async () => {
  for (const body of ['<html>', '{"call":', '"text"', 'null', Buffer.from('{"name":"é"}', 'latin1')]) {
    for (const status of [200, 502]) {
      await assert.rejects(asking(status, body), { code: 'provider-unavailable' }, String(body))
    }
  }
})

/** Asks, and hands back what was sent. */
async function sentBy(peer: string): Promise<OutgoingRequest> {
  const sent: OutgoingRequest[] = []
  const ask = createAskOtherHalf({
    async send(request) {
      sent.push(request)
      return { status: 200, headers: {}, body: Buffer.from('{}') }
    },
    peer: new URL(peer),
  })
  await ask('/api/v1/live-call', { agentId: 'agent7' })
  assert.ok(sent[0])
  return sent[0]
}

test('a question goes to the region’s path, as JSON and with the id of the request that it is asked for', async () => {
  const sent = await inRequest('request-7', () => sentBy('https://vault.example.com/nam/'))
  assert.equal(`${sent.method} ${sent.url}`, 'POST https://vault.example.com/nam/api/v1/live-call')
  assert.deepEqual(sent.headers, { 'content-type': 'application/json', 'x-request-id': 'request-7' })
  assert.deepEqual(JSON.parse(String(Buffer.from(sent.body ?? []))), { agentId: 'agent7' })
  assert.deepEqual([sent.timeoutMilliseconds, sent.maxBytes], [30_000, 1024 * 1024])
  const { headers } = await sentBy('https://vault.example.com/nam')
  assert.deepEqual(headers, { 'content-type': 'application/json' })
})

test('what cannot have arrived was not launched, what may have arrived is not known', async () => {
  const failing = (error: Error) =>
    createAskOtherHalf({ send: () => Promise.reject(error), peer: new URL('https://vault.example.com/nam') })(
      '/launch',
      {},
    )
  await assert.rejects(failing(new NoAnswer('no-connection', false)), NotLaunched)
  await assert.rejects(failing(new NoAnswer('timeout', true)), (error) => {
    assert.ok(error instanceof Problem && !(error instanceof NotLaunched))
    assert.equal(error.code, 'provider-unavailable')
    return true
  })
  const bug = new Error('a bug')
  await assert.rejects(failing(bug), bug)
})

/** The problem that an answer is thrown as. */
const thrownBy = (status: number, body: object, headers: Record<string, string | string[]> = {}) =>
  createAskOtherHalf({
    send: async () => ({ status, headers, body: Buffer.from(JSON.stringify(body)) }),
    peer: new URL('https://vault.example.com/nam'),
  })('/launch', {}).then(
    () => assert.fail('it was no problem'),
    (error: unknown) => {
      assert.ok(error instanceof Problem)
      const { code, message, options } = error
      return { code, message, options }
    },
  )

const type = (code: string) => `https://tonegate.example.com/errors#${code}`

test('a problem is thrown as the other process threw it, with its members and when to come again', async () => {
  const plain = { title: 'No', status: 409, instance: '/1', message: 'No' }
  assert.deepEqual(
    await thrownBy(409, { ...plain, type: type('no-live-call'), detail: 'There is no live call.' }),
    { code: 'no-live-call', message: 'There is no live call.', options: {} },
  )
  const errors = [{ member: 'Amount', detail: 'is missing' }]
  assert.deepEqual(await thrownBy(400, { ...plain, type: type('invalid-request'), detail: 'No.', errors }), {
    code: 'invalid-request',
    message: 'No.',
    options: { errors },
  })
  assert.deepEqual(
    await thrownBy(
      429,
      { type: type('quota-exceeded'), detail: 'No more.', bound: 'address-hour' },
      { 'retry-after': '60' },
    ),
    {
      code: 'quota-exceeded',
      message: 'No more.',
      options: { members: { bound: 'address-hour' }, headers: { 'retry-after': '60' } },
    },
  )
})

test('an error of the other process’s own, an unknown one and one of another status are unavailable', async () => {
  const unavailable = {
    code: 'provider-unavailable',
    message: 'The payment server cannot be reached. Try again shortly.',
  }
  for (const [status, code] of [
    [500, 'internal-error'],
    [418, 'teapot'],
    [500, 'no-live-call'],
    [409, 'nothing'],
  ] as const) {
    const { options, ...thrown } = await thrownBy(status, { type: type(code), detail: 'a secret' })
    assert.deepEqual(thrown, unavailable, code)
    assert.deepEqual(options, { headers: { 'retry-after': '5' } })
  }
})
