import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { createParser } from 'eventsource-parser'
import { eventually } from '../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { testListener } from '../calls/test-telephone.ts'
import { createHttp } from '../http/http.ts'
import { startPhone } from './phone/test-phone.ts'
import { registerTelephoneEvents } from './telephone-events.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.pay.test',
} as const

async function listen(t: TestContext) {
  const clock = createMovableClock()
  const { phone, telephone, newGuid } = await startPhone(t, clock)
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  registerTelephoneEvents(app, { phone, clock })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  const { callGuid } = await phone.open('agent7')
  const open = (guid: string = callGuid) => fetch(`${address}/sandbox/calls/${guid}/events`)
  return { clock, phone, telephone, newGuid, app, callGuid, open }
}

/** Reads states and comments one by one; `undefined` when the stream has ended. */
function eventsOf({ body }: Response) {
  const read: (TelephoneState | string)[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => event === 'telephone' && read.push(JSON.parse(data)),
    onComment: (comment) => read.push(comment),
  })
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  return async function next(): Promise<TelephoneState | string | undefined> {
    for (;;) {
      const first = read.shift()
      if (first !== undefined) return first
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return undefined
      parser.feed(value ?? '')
    }
  }
}

test('a caller’s telephone tells its present state, each after it, and its end', async (t) => {
  const { phone, telephone, newGuid, callGuid, open } = await listen(t)
  const response = await open()
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const next = eventsOf(response)
  assert.deepEqual(await next(), { call: 'connected', secured: false, said: null })
  const { listener } = testListener()
  await telephone.secure(callGuid, { sessionGuid: newGuid(), recording: 'continue', listener })
  assert.deepEqual(await next(), { call: 'connected', secured: true, said: null })
  await telephone.say(callGuid, { text: 'Please type.', language: 'en', key: 'card-number' })
  const said = { text: 'Please type.', language: 'en' }
  assert.deepEqual(await next(), { call: 'connected', secured: true, said })
  await phone.hangUp(callGuid)
  assert.deepEqual(await next(), { call: 'ended', secured: false, said })
  assert.equal(await next(), undefined)
})

test('a telephone that nothing happens to is heard every 15 seconds', async (t) => {
  const { clock, open } = await listen(t)
  const next = eventsOf(await open())
  await next()
  await clock.advance(15_000)
  assert.equal(await next(), 'still here')
})

test('unknown and foreign calls, and what is no GUID, are not found', async (t) => {
  const { telephone, newGuid, open } = await listen(t)
  const foreign = newGuid()
  const made = await telephone.platforms.create({
    accountId: 2,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  const platform = made === 'taken' ? undefined : await telephone.platforms.find(made.guid)
  assert.ok(platform)
  const told = { agentId: 'agent7', state: 'active', caller: null, reference: null, media: null } as const
  await telephone.liveCalls.report(platform, foreign, told)
  for (const guid of [foreign, '00000000-0000-7000-8000-000000000000', 'nothing']) {
    assert.equal((await open(guid)).status, 404)
  }
})

test('too many telephones are not watched, and one that is left makes room', async (t) => {
  const { open } = await listen(t)
  const responses: Response[] = []
  for (let count = 0; count < 100; count += 1) responses.push(await open())
  const refused = await open()
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '15')
  await responses[0]?.body?.cancel()
  await eventually(async () => (await open()).status === 200)
})

test('the server ends the streams when it stops', async (t) => {
  const { app, open } = await listen(t)
  const next = eventsOf(await open())
  await next()
  await app.close()
  assert.equal(await next(), undefined)
})

test('trouble in a call is made, and only such as there is', async (t) => {
  const { post } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const path = `/sandbox/calls/${callGuid}/trouble`
  assert.deepEqual((await post(path, { trouble: 'audio-lost' })).json, { callGuid, trouble: 'audio-lost' })
  assert.equal((await post(path, { trouble: 'earthquake' })).status, 400)
  assert.equal((await post(path, {})).status, 400)
  assert.equal((await post('/sandbox/calls/x/trouble', { trouble: 'audio-lost' })).status, 404)
})
