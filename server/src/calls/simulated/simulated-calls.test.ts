import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { until } from '../../../test/harness/test-until.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { testListener } from '../test-telephone.ts'
import { startSimulatedCalls } from './test-simulated-calls.ts'

async function startCalls(t: TestContext) {
  const started = await startSimulatedCalls(t)
  const { heard, listener } = testListener()
  const { telephone, newGuid, openSessions } = started
  const secure = (callGuid: Guid, hears = listener) => {
    const sessionGuid = newGuid()
    openSessions.add(sessionGuid)
    return telephone.secure(callGuid, { sessionGuid, recording: 'continue', listener: hears })
  }
  return { ...started, heard, listener, secure }
}

const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code

test('an agent’s live call is found in the agent’s own account alone', async (t) => {
  const { calls, telephone } = await startCalls(t)
  const call = await calls.open('agent7')
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), call)
  assert.equal(await telephone.findLiveCall(2, 'agent7'), 'no-platform')
  assert.equal(await telephone.findLiveCall(1, 'agent8'), 'no-call')
})

test('tones go to the listener of a secured call, and to the agent before and after', async (t) => {
  const { calls, heard, listener, secure, telephone } = await startCalls(t)
  const { callGuid } = await calls.open('agent7')
  assert.equal(await calls.press(callGuid, ['1'], 0), 'agent')
  await secure(callGuid)
  assert.equal(await calls.press(callGuid, ['2', '#'], 0), 'listener')
  await telephone.release(callGuid, listener)
  assert.equal(await calls.press(callGuid, ['3'], 0), 'agent')
  assert.deepEqual(heard, ['2', '#'])
})

test('a gap is kept between two tones', async (t) => {
  const { clock, calls, heard, secure } = await startCalls(t)
  const { callGuid } = await calls.open('agent7')
  await secure(callGuid)
  const pressing = calls.press(callGuid, ['1', '2', '3'], 500)
  await clock.advance(999)
  assert.deepEqual(heard, ['1', '2'])
  await clock.advance(1)
  await pressing
  assert.deepEqual(heard, ['1', '2', '3'])
})

test('hanging up tells the listener and ends the call', async (t) => {
  const { calls, heard, secure } = await startCalls(t)
  const { callGuid } = await calls.open('agent7')
  await secure(callGuid)
  await calls.hangUp(callGuid)
  assert.deepEqual(heard, ['hung up by caller'])
  await assert.rejects(calls.hangUp(callGuid), isProblem('not-found'))
  await assert.rejects(calls.press(callGuid, ['1'], 0), isProblem('not-found'))
  await assert.rejects(secure(callGuid), isProblem('no-live-call'))
})

test('a new call ends the agent’s former one', async (t) => {
  const { calls, heard, secure, telephone } = await startCalls(t)
  const former = await calls.open('agent7')
  await secure(former.callGuid)
  const next = await calls.open('agent7')
  assert.deepEqual(heard, ['hung up by caller'])
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), next)
})

test('a new call that is to end no other is refused while the agent is on one', async (t) => {
  const { calls, heard, secure, telephone } = await startCalls(t)
  const former = await calls.open('agent7', 'refuse')
  await secure(former.callGuid)
  await assert.rejects(calls.open('agent7', 'refuse'), isProblem('not-possible-now'))
  assert.deepEqual(heard, [])
  assert.deepEqual(await telephone.findLiveCall(1, 'agent7'), former)
  await calls.open('agent8', 'refuse')
  await calls.hangUp(former.callGuid)
  assert.notEqual((await calls.open('agent7', 'refuse')).callGuid, former.callGuid)
})

test('a former listener does not release the call of the next one', async (t) => {
  const { calls, heard, listener, secure, telephone } = await startCalls(t)
  const { callGuid } = await calls.open('agent7')
  const former = { ...listener }
  await secure(callGuid, former)
  await secure(callGuid)
  await telephone.release(callGuid, former)
  await calls.press(callGuid, ['7'], 0)
  assert.deepEqual(heard, ['7'])
})

test('a call outlives the process: the next one finds it, and its session', async (t) => {
  const { calls, secure, restart } = await startCalls(t)
  const call = await calls.open('agent7')
  await secure(call.callGuid)
  const next = await restart()
  assert.deepEqual(await next.findLiveCall(1, 'agent7'), call)
  assert.equal((await next.left())[0]?.callGuid, call.callGuid)
})

test('the caller’s telephone tells what is said, whether the keys are secured, and its end', async (t) => {
  const { calls, heard, secure, telephone } = await startCalls(t)
  const { callGuid } = await calls.open('agent7')
  const states: TelephoneState[] = []
  const stop = calls.watch(callGuid, (state) => states.push(state))
  await secure(callGuid)
  await telephone.say(callGuid, { text: 'Please type.', language: 'en', key: 'x' })
  await calls.trouble(callGuid, 'audio-lost')
  await calls.hangUp(callGuid)
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
