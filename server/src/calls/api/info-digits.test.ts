import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

const path = '/calls/by-reference/call-7'

async function start(t: TestContext) {
  const { controlUrl } = await startControlServer(t)
  const { client, newGuid, openSessions, process } = await startWithPlatform(t, { settings: { controlUrl } })
  const { post } = client()
  const { callGuid } = (await post(`${path}/answered`, { agentId: 'anna' })).body
  const { listener, keys } = testListener()
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  const secure = () => process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const info = async (text: string) =>
    (await post(`${path}/info-digits`, { body: Buffer.from(text).toString('hex') })).status
  return { info, keys, secure }
}

test('a digit is taken in each way in which phones write one', async (t) => {
  const { info, keys, secure } = await start(t)
  await secure()
  for (const text of [
    'Signal=4\r\nDuration=160\r\n',
    'Signal= 5 \r\nDuration= 160 \r\n',
    'signal = 6\nduration = 160\n',
    'SIGNAL=7\rDURATION=160\r',
    '\r\n  Signal=8',
    'Duration=160\r\nSignal=9\r\n',
    ' 0 \r\n',
    'Signal=*',
    'Signal=11\r\n',
  ]) {
    assert.equal(await info(text), 202, JSON.stringify(text))
  }
  assert.equal(keys(), '4567890*#')
})

const sdp =
  'Content-Type: application/sdp\r\n\r\nv=0\r\no=- 4111 1111 IN IP4 10.0.0.1\r\ns=-\r\nm=audio 4000 RTP/AVP 8\r\n'
const relay = (signal: string) =>
  `Content-Type: application/dtmf-relay\r\nContent-Disposition: signal;handling=optional\r\n\r\nSignal=${signal}\r\nDuration=160\r\n`
const multipart = (...parts: readonly string[]) =>
  `${parts.map((part) => `--b7/x\r\n${part}\r\n`).join('')}--b7/x--\r\n`

test('a digit is taken out of a multipart body, in whichever part it is', async (t) => {
  const { info, keys, secure } = await start(t)
  await secure()
  for (const text of [
    multipart(sdp, relay('4')),
    multipart(relay('5'), sdp),
    `\r\n${multipart(relay('6'))}`,
    multipart(sdp, relay(' 7 ')).replaceAll('\r\n', '\n'),
    multipart(sdp, 'content-type:application/dtmf;charset=us-ascii\r\n\r\n8'),
    multipart(`Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n${relay('9')}--in--`),
  ]) {
    assert.equal(await info(text), 202, text)
  }
  assert.equal(keys(), '456789')
})

test('what should be a digit and is none is not passed on while a session listens', async (t) => {
  const { info, keys, secure } = await start(t)
  await secure()
  for (const text of [
    'Signal=16\r\nDuration=160\r\n',
    'Signal=A',
    'Signal=42',
    'Signal=',
    'Duration=160\r\n',
    'Signal=4\r\nSignal=1\r\n',
    'Signal=4 1',
    'hello',
    '',
    '5'.repeat(5_000),
    multipart(sdp, relay('4'), relay('1')),
    multipart(sdp, relay('4111')),
    multipart(sdp, relay('')),
  ]) {
    assert.equal(await info(text), 400, text.slice(0, 200))
  }
  assert.equal(keys(), '')
})

test('what is for others is passed on: a body without a digit, and each while no session listens', async (t) => {
  const { info, keys, secure } = await start(t)
  for (const text of [
    'Signal=16\r\nDuration=160\r\n',
    'Signal=A',
    'Signal=4',
    'hf',
    multipart(sdp, relay('4')),
  ]) {
    assert.equal(await info(text), 404, text)
  }
  await secure()
  assert.equal(await info(multipart(sdp)), 404)
  assert.equal(
    await info(multipart('Content-Type: application/isup;version=itu-t92+\r\n\r\n\u0001\u0002')),
    404,
  )
  assert.equal(keys(), '')
})
