import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import { LineFault } from '../../line-control.ts'
import { startTestControl } from '../test-control.ts'
import { order, said, startPrompts } from './test-prompts.ts'

test('the agent is heard again in the end, however often that is not confirmed', async (t) => {
  const { clock, control, engine, line, isMuted, unmuted } = await startPrompts(t)
  await control.say(line(), said('card-number'))
  engine.misbehave(({ command }) => (command.command === 'unblock media' ? 'handled' : undefined))
  control.hush(line())
  await engine.heard('unblock media')
  for (let count = 0; count < 10; count += 1) await clock.advance(200)
  assert.equal(isMuted(), true)
  engine.misbehave(() => undefined)
  for (let count = 0; isMuted() && count < 100; count += 1) await clock.advance(200)
  await unmuted()
})

test('where the agent could not be muted, nobody stays so', async (t) => {
  const { clock, control, engine, line, isMuted, unmuted } = await startPrompts(t)
  engine.misbehave(({ command }, { send: _ }) => (command.command === 'play media' ? 'handled' : undefined))
  const refused = assert.rejects(control.say(line(), said('card-number')), LineFault)
  await engine.heard('play media')
  assert.equal(isMuted(), true)
  for (let count = 0; count < 5; count += 1) await clock.advance(200)
  await refused
  await unmuted()
})

test('a release lets the agent be heard, also when a process before this one did the muting', async (t) => {
  const { clock, control, line, open, isMuted, secured } = await startPrompts(t)
  await secured()
  await control.say(line(), said('card-number'))
  await control.release(line(), order)
  assert.equal(isMuted(), false)
  await secured()
  await control.say(line(), said('card-number'))
  control.close()
  const next = open()
  await until(() => next.health()[0]?.state === 'works')
  const released = next.release(line(), order)
  await clock.advance(300)
  await released
  assert.equal(isMuted(), false)
})

test('a release fails when it is not certain that the agent is heard', async (t) => {
  const { clock, control, engine, line, isMuted, secured } = await startPrompts(t)
  await secured()
  await control.say(line(), said('card-number'))
  engine.misbehave(({ command }) => (command.command === 'unblock media' ? 'handled' : undefined))
  const refused = assert.rejects(control.release(line(), order), LineFault)
  await engine.heard('unblock media')
  await engine.heard('unblock DTMF')
  for (let count = 0; count < 5; count += 1) await clock.advance(200)
  await refused
  assert.equal(engine.blocked.size, 0)
  engine.misbehave(() => undefined)
  const released = control.release(line(), order)
  await clock.advance(300)
  await released
  assert.equal(isMuted(), false)
})

test('everybody in the call but the caller is muted, and heard again', async (t) => {
  const { clock, control, engine, line } = await startPrompts(t)
  engine.calls.set('call', ['caller', 'agent', 'supervisor'])
  await control.say(line(), said('card-number'))
  assert.deepEqual([...engine.mutedMedia], ['call agent', 'call supervisor'])
  engine.calls.set('call', ['caller', 'supervisor'])
  control.hush(line())
  await until(() => !engine.mutedMedia.has('call supervisor'))
  await control.pauseRecording(line(), order)
  const released = control.release(line(), order)
  await clock.advance(300)
  await released
})

test('a platform without prompts says nothing, and mutes nobody', async (t) => {
  const { control, engine, line, secured } = await startTestControl(t)
  await secured()
  await control.say(line(), said('card-number'))
  control.hush(line())
  await control.release(line(), order)
  assert.deepEqual(
    engine.received.filter(({ command }) => /media/.test(String(command.command))),
    [],
  )
})
