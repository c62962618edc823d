import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

/** A server whose connections are dealt with one by one. */
async function startRawServer(t: TestContext, answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const path = '/hooks/4f3c2a?token=not-to-be-logged'
const says = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text))

const faults: readonly [what: string, url: (t: TestContext) => Promise<string>, said: string][] = [
  [
    'answers 404',
    async (t) =>
      `http://${await startRawServer(t, says('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'))}`,
    'it answered 404',
  ],
  [
    'answers 401',
    async (t) =>
      `http://${await startRawServer(t, says('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'))}`,
    'it answered 401',
  ],
  [
    'answers 503',
    async (t) => `http://${await startRawServer(t, says('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'))}`,
    'it answered 503',
  ],
  [
    'redirects',
    async (t) =>
      `http://${await startRawServer(t, says('HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'))}`,
    'it answered 307',
  ],
  [
    'says that 10 GB follow',
    async (t) =>
      `http://${await startRawServer(t, says('HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\nx'))}`,
    'its answer was too long',
  ],
  [
    'speaks something else',
    async (t) => `http://${await startRawServer(t, says('SIP/2.0 200 OK\r\n\r\n'))}`,
    'its answer is not HTTP',
  ],
  [
    'resets the connection',
    async (t) =>
      `http://${await startRawServer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))}`,
    'it closed the connection',
  ],
  [
    'closes in the middle of its answer',
    async (t) => `http://${await startRawServer(t, says('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{'))}`,
    'in the middle of its answer',
  ],
  [
    'does not speak TLS',
    async (t) => `https://${await startRawServer(t, says('HTTP/1.1 204 No Content\r\n\r\n'))}`,
    'it does not speak TLS',
  ],
  ['is not there', async () => 'http://127.0.0.1:1', 'it refused the connection'],
]

for (const [what, urlOf, said] of faults) {
  test(`a platform that ${what} confirms nothing, and the log says why`, async (t) => {
    const controlUrl = `${await urlOf(t)}${path}`
    const started = await startWithPlatform(t, { settings: { controlUrl } })
    const callGuid = started.newGuid()
    const { put, post, get } = started.client()
    await put(`/calls/${callGuid}`, { agentId: 'anna', caller: '+442079460000' })
    const { listener, heard } = testListener()
    const securing = { sessionGuid: started.newGuid(), recording: 'continue', listener } as const
    await assert.rejects(started.process.secure(callGuid, securing), { code: 'telephone-unavailable' })
    assert.equal((await get(`/calls/${callGuid}`)).body.secured, false)
    assert.equal((await post(`/calls/${callGuid}/keys`, { keys: '4111111111111111' })).status, 409)
    assert.deepEqual(heard, [])
    const line = started.lines
      .map((each) => JSON.parse(each))
      .find(({ err }) => err?.message.includes('call.secure'))
    assert.ok(line.err.message.includes(said), line.err.message)
    assert.equal(line.call, callGuid)
    const log = started.lines.join('')
    for (const secret of [
      'not-to-be-logged',
      '4f3c2a',
      started.signingSecret,
      started.key,
      '442079460000',
      '41111111',
    ]) {
      assert.ok(!log.includes(secret), `${secret} is in the log`)
    }
  })
}

test('a confirmation that comes after two seconds secures nothing, and the call is given back', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const callGuid = started.newGuid()
  const { put, post } = started.client()
  await put(`/calls/${callGuid}`, { agentId: 'anna' })
  control.answers((type) => (type === 'call.secure' ? 'never' : 204))
  const [asked, released] = [control.next('call.secure'), control.next('call.release')]
  const { listener } = testListener()
  const securing = { sessionGuid: started.newGuid(), recording: 'continue', listener } as const
  const refused = assert.rejects(started.process.secure(callGuid, securing), {
    code: 'telephone-unavailable',
  })
  await asked
  await started.clock.advance(2_000)
  await refused
  control.confirmAll()
  await released
  assert.equal((await post(`/calls/${callGuid}/keys`, { keys: '4111' })).status, 409)
  assert.ok(started.lines.some((line) => line.includes('it did not answer in time')))
})

test('what the caller could not be told is in the log, and the session goes on', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { process, newGuid, client } = started
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  await client().put(`/calls/${callGuid}`, { agentId: 'anna' })
  const { listener, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const said = { text: 'Your card ends in 1111.', language: 'en', key: 'card-ending' } as const
  control.answers(() => 500)
  await process.say(callGuid, said)
  assert.ok(started.lines.some((line) => line.includes('did not confirm call.say: it answered 500')))
  assert.ok(started.lines.every((line) => !line.includes(said.text)))
  const sent = control.types().length
  await client().delete(`/calls/${callGuid}`)
  await process.say(callGuid, said)
  await process.release(callGuid, listener)
  assert.equal(control.types().length, sent)
  assert.deepEqual(heard, ['hung up by undefined'])
})

test('a command that is confirmed secures its own call alone', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { process, newGuid, client } = started
  const { put, get } = client()
  const [one, other] = [newGuid(), newGuid()]
  await put(`/calls/${one}`, { agentId: 'anna' })
  await put(`/calls/${other}`, { agentId: 'berta' })
  const secure = (callGuid: typeof one) =>
    process.secure(callGuid, {
      sessionGuid: newGuid(),
      recording: 'continue',
      listener: testListener().listener,
    })
  control.answers(() => 'never')
  const asked = control.next('call.secure')
  const refused = assert.rejects(secure(one), { code: 'telephone-unavailable' })
  await asked
  control.answers(() => 204)
  await secure(other)
  assert.deepEqual(
    [(await get(`/calls/${one}`)).body.secured, (await get(`/calls/${other}`)).body.secured],
    [false, true],
  )
  await started.clock.advance(2_000)
  await refused
})
