import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { createMovableClock } from '../base/clock.ts'
import { createGuids } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import { systemRandom } from '../base/random.ts'
import type { CallListener } from './calls.ts'
import { createSimulatedCalls } from './simulated-calls.ts'

function startCalls() {
  const clock = createMovableClock()
  const calls = createSimulatedCalls({ clock, newGuid: createGuids({ clock, random: systemRandom }) })
  const heard: string[] = []
  const listener: CallListener = {
    tone: (tone) => heard.push(tone),
    trouble: (trouble) => heard.push(trouble),
    hungUp: () => heard.push('hung up'),
  }
  return { clock, calls, heard, listener }
}

const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code

test('an agent’s live call is found in the agent’s own account alone', async () => {
  const { calls } = startCalls()
  const call = calls.open(1, 'agent7')
  assert.deepEqual(await calls.findLiveCall(1, 'agent7'), call)
  assert.equal(await calls.findLiveCall(2, 'agent7'), undefined)
  assert.equal(await calls.findLiveCall(1, 'agent8'), undefined)
})

test('tones go to the listener of a secured call, and to the agent before and after', async () => {
  const { calls, heard, listener } = startCalls()
  const { callGuid } = calls.open(1, 'agent7')
  assert.equal(await calls.press(1, callGuid, ['1'], 0), 'agent')
  await calls.secure(callGuid, listener)
  assert.equal(await calls.press(1, callGuid, ['2', '#'], 0), 'listener')
  await calls.release(callGuid, listener)
  assert.equal(await calls.press(1, callGuid, ['3'], 0), 'agent')
  assert.deepEqual(heard, ['2', '#'])
})

test('a gap is kept between two tones', async () => {
  const { clock, calls, heard, listener } = startCalls()
  const { callGuid } = calls.open(1, 'agent7')
  await calls.secure(callGuid, listener)
  const pressing = calls.press(1, callGuid, ['1', '2', '3'], 500)
  await clock.advance(999)
  assert.deepEqual(heard, ['1', '2'])
  await clock.advance(1)
  await pressing
  assert.deepEqual(heard, ['1', '2', '3'])
})

test('hanging up tells the listener and ends the call', async () => {
  const { calls, heard, listener } = startCalls()
  const { callGuid } = calls.open(1, 'agent7')
  await calls.secure(callGuid, listener)
  calls.hangUp(1, callGuid)
  assert.deepEqual(heard, ['hung up'])
  assert.throws(() => calls.hangUp(1, callGuid), isProblem('not-found'))
  await assert.rejects(calls.press(1, callGuid, ['1'], 0), isProblem('not-found'))
  await assert.rejects(calls.secure(callGuid, listener), isProblem('no-live-call'))
})

test('a new call ends the agent’s former one', async () => {
  const { calls, heard, listener } = startCalls()
  const former = calls.open(1, 'agent7')
  await calls.secure(former.callGuid, listener)
  const next = calls.open(1, 'agent7')
  assert.deepEqual(heard, ['hung up'])
  assert.deepEqual(await calls.findLiveCall(1, 'agent7'), next)
})

test('a new call that is to end no other is refused while the agent is on one', async () => {
  const { calls, heard, listener } = startCalls()
  const former = calls.open(1, 'agent7', 'refuse')
  await calls.secure(former.callGuid, listener)
  assert.throws(() => calls.open(1, 'agent7', 'refuse'), isProblem('not-possible-now'))
  assert.deepEqual(heard, [])
  assert.deepEqual(await calls.findLiveCall(1, 'agent7'), former)
  calls.open(2, 'agent7', 'refuse')
  calls.open(1, 'agent8', 'refuse')
  calls.hangUp(1, former.callGuid)
  assert.notEqual(calls.open(1, 'agent7', 'refuse').callGuid, former.callGuid)
})

test('a former listener does not release the call of the next one', async () => {
  const { calls, heard, listener } = startCalls()
  const { callGuid } = calls.open(1, 'agent7')
  await calls.secure(callGuid, { ...listener })
  await calls.secure(callGuid, listener)
  await calls.release(callGuid, { ...listener })
  await calls.press(1, callGuid, ['7'], 0)
  assert.deepEqual(heard, ['7'])
})

test('the caller’s telephone tells what is said, whether the keys are secured, and its end', async () => {
  const { calls, heard, listener } = startCalls()
  const { callGuid } = calls.open(1, 'agent7')
  const states: TelephoneState[] = []
  const stop = calls.watch(1, callGuid, (state) => states.push(state))
  await calls.secure(callGuid, listener)
  await calls.say(callGuid, { text: 'Please type.', language: 'en' })
  calls.trouble(1, callGuid, 'audio-lost')
  calls.hangUp(1, callGuid)
  stop()
  const said = { text: 'Please type.', language: 'en' } as const
  assert.deepEqual(states, [
    { call: 'connected', secured: false, said: null },
    { call: 'connected', secured: true, said: null },
    { call: 'connected', secured: true, said },
    { call: 'ended', secured: false, said },
  ])
  assert.deepEqual(heard, ['audio-lost', 'hung up'])
  assert.throws(() => calls.watch(2, callGuid, () => {}), isProblem('not-found'))
})
