import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { until } from '../../../test/harness/test-until.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { testListener } from '../../calls/test-telephone.ts'
import { startPhone } from './test-phone.ts'

async function start(t: TestContext) {
  const started = await startPhone(t)
  const { heard, listener } = testListener()
  const { newGuid, openSessions } = started
  const secure = (callGuid: Guid, hears = listener) => {
    const sessionGuid = newGuid()
    openSessions.add(sessionGuid)
    return started.telephone.secure(callGuid, { sessionGuid, recording: 'continue', listener: hears })
  }
  return Object.assign(started, { heard, listener, secure })
}

const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code

test('an agent’s live call is found in the agent’s own account alone', async (t) => {
  const { phone, telephone } = await start(t)
  const call = await phone.open('agent7')
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), call)
  assert.equal(await telephone.findLiveCall(2, 'agent7'), 'no-platform')
  assert.equal(await telephone.findLiveCall(1, 'agent8'), 'no-call')
})

test('keys go to the listener of a secured call, and to the agent before and after', async (t) => {
  const { phone, heard, listener, press, secure, telephone } = await start(t)
  const { callGuid } = await phone.open('agent7')
  assert.equal(await press(callGuid, '1'), 'agent')
  await secure(callGuid)
  assert.equal(await press(callGuid, '2#'), 'listener')
  await telephone.release(callGuid, listener)
  assert.equal(await press(callGuid, '3'), 'agent')
  assert.deepEqual(heard, ['2', '#'])
})

test('more keys than go into one request are heard in their order, each once', async (t) => {
  const { phone, heard, press, secure } = await start(t)
  const { callGuid } = await phone.open('agent7')
  await secure(callGuid)
  const keys = '0123456789*#'.repeat(21)
  await Promise.all([press(callGuid, keys), press(callGuid, '7'.repeat(65))])
  assert.equal(heard.filter((key) => key !== '7').join(''), keys.replaceAll('7', ''))
  assert.equal(heard.length, keys.length + 65)
})

test('however many commands come at once, the phone goes on reading them through heartbeats', async (t) => {
  const { clock, phone, secure, telephone, lines } = await start(t)
  const { callGuid } = await phone.open('agent7')
  await secure(callGuid)
  const says = Array.from({ length: 300 }, () =>
    telephone.say(callGuid, { text: 'y'.repeat(100), language: 'en', key: 'y' }),
  )
  await clock.advance(15_000)
  await Promise.all(says)
  await clock.advance(15_000)
  await secure(callGuid)
  assert.doesNotMatch(lines.join(''), /is not told what to do|could not be told/)
})

test('a gap is kept between two keys', async (t) => {
  const { clock, phone, heard, secure } = await start(t)
  const { callGuid } = await phone.open('agent7')
  await secure(callGuid)
  const pressing = phone.press(callGuid, { keys: Buffer.from('123'), gapMilliseconds: 500 })
  await until(() => heard.length === 1)
  await clock.advance(499)
  assert.deepEqual(heard, ['1'])
  await clock.advance(1)
  await until(() => heard.length === 2)
  await clock.advance(500)
  assert.equal(await pressing, 'listener')
  assert.deepEqual(heard, ['1', '2', '3'])
})

test('hanging up tells the listener and ends the call', async (t) => {
  const { phone, heard, press, secure } = await start(t)
  const { callGuid } = await phone.open('agent7')
  await secure(callGuid)
  await phone.hangUp(callGuid)
  assert.deepEqual(heard, ['hung up by caller'])
  await assert.rejects(phone.hangUp(callGuid), isProblem('not-found'))
  await assert.rejects(press(callGuid, '1'), isProblem('not-found'))
  await assert.rejects(phone.trouble(callGuid, 'audio-lost'), isProblem('not-found'))
  await assert.rejects(secure(callGuid), isProblem('no-live-call'))
})

test('a new call ends the agent’s former one', async (t) => {
  const { phone, heard, secure, telephone } = await start(t)
  const former = await phone.open('agent7')
  await secure(former.callGuid)
  const next = await phone.open('agent7')
  assert.deepEqual(heard, ['hung up by caller'])
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), next)
})

test('a new call that is to end no other is refused while the agent is on one', async (t) => {
  const { phone, heard, secure, telephone } = await start(t)
  const former = await phone.open('agent7', 'refuse')
  await secure(former.callGuid)
  await assert.rejects(phone.open('agent7', 'refuse'), isProblem('not-possible-now'))
  assert.deepEqual(heard, [])
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), former)
  await phone.open('agent8', 'refuse')
  await phone.hangUp(former.callGuid)
  assert.notEqual((await phone.open('agent7', 'refuse')).callGuid, former.callGuid)
})

test('of two calls that would end no other and are begun at once, one is refused', async (t) => {
  const { phone } = await start(t)
  const begun = await Promise.allSettled([phone.open('agent7', 'refuse'), phone.open('agent7', 'refuse')])
  assert.deepEqual(begun.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a call of another platform is held by a new one, and cannot be typed into', async (t) => {
  const { phone, telephone, client, newGuid, press } = await start(t)
  const made = await telephone.platforms.create({
    accountId: 1,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(made !== 'taken')
  const other = client(made.key)
  const callGuid = newGuid()
  await other.put(`/calls/${callGuid}`, { agentId: 'agent7' })
  await assert.rejects(phone.open('agent7', 'refuse'), isProblem('not-possible-now'))
  await assert.rejects(press(callGuid, '1'), isProblem('not-found'))
  const call = await phone.open('agent7')
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), call)
  assert.equal((await other.get(`/calls/${callGuid}`)).body.state, 'held')
})

test('a former listener does not release the call of the next one', async (t) => {
  const { phone, heard, listener, press, secure, telephone } = await start(t)
  const { callGuid } = await phone.open('agent7')
  const former = { ...listener }
  await secure(callGuid, former)
  await secure(callGuid)
  await telephone.release(callGuid, former)
  await press(callGuid, '7')
  assert.deepEqual(heard, ['7'])
})

test('a call outlives the process: the next one finds it, secures it again, and takes its keys', async (t) => {
  const started = await start(t)
  const { phone, secure, heard, listener, press } = started
  const call = await phone.open('agent7')
  await secure(call.callGuid)
  await press(call.callGuid, '12')
  await started.restart()
  assert.deepEqual(await started.telephone.findLiveCall(1, 'agent7'), call)
  const [left] = await started.telephone.left()
  assert.equal(left?.callGuid, call.callGuid)
  assert.ok(left)
  await started.telephone.takeUp(left.callGuid, { ...left, listener, from: 'no-node' })
  await until(() => heard.includes('line-secured'))
  assert.equal(await press(call.callGuid, '34'), 'listener')
  assert.deepEqual(heard, ['1', '2', 'line-lost', 'line-secured', '3', '4'])
})

test('the caller’s phone tells what is said, whether the keys are secured, and its end', async (t) => {
  const { phone, heard, secure, telephone } = await start(t)
  const { callGuid } = await phone.open('agent7')
  const states: TelephoneState[] = []
  const stop = phone.watch(callGuid, (state) => states.push(state))
  await secure(callGuid)
  await telephone.say(callGuid, { text: 'Please type.', language: 'en', key: 'x' })
  await phone.trouble(callGuid, 'audio-lost')
  await phone.hangUp(callGuid)
  await until(() => states.length === 4)
  stop()
  const said = { text: 'Please type.', language: 'en' } as const
  assert.deepEqual(states, [
    { call: 'connected', secured: false, said: null },
    { call: 'connected', secured: true, said: null },
    { call: 'connected', secured: true, said },
    { call: 'ended', secured: false, said },
  ])
  assert.deepEqual(heard, ['audio-lost', 'hung up by caller'])
})

test('a phone that is not let in says so and asks again, until its lines can be secured', async (t) => {
  const started = await start(t)
  const { phone, secure, heard, press, telephone, clock, guid, lines } = started
  const { callGuid } = await phone.open('agent7')
  await telephone.platforms.setDisabled(guid, true)
  await assert.rejects(phone.open('agent7'), isProblem('telephone-unavailable'))
  await started.restart()
  await assert.rejects(secure(callGuid), isProblem('telephone-unavailable'))
  await started.telephone.platforms.setDisabled(guid, false)
  await clock.advance(1_000)
  await secure(callGuid)
  assert.equal(await press(callGuid, '5'), 'listener')
  assert.deepEqual(heard, ['5'])
  assert.ok(lines.some((line) => line.includes('it asks again')))
})

test('no key that is pressed is in the log', async (t) => {
  const { phone, press, secure, lines } = await start(t)
  const { callGuid } = await phone.open('agent7')
  await press(callGuid, '4111111111111111')
  await secure(callGuid)
  await press(callGuid, '4111111111111111')
  assert.doesNotMatch(lines.join(''), /4111/)
})
