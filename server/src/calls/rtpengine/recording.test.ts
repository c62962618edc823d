import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineFault } from '../line-control.ts'
import { startTestControl } from './test-control.ts'

test('a recording is stopped and started again, and never paused', async (t) => {
  const { control, engine, line, order } = await startTestControl(t)
  await control.pauseRecording(line(), order)
  await control.pauseRecording(line(), order)
  await control.resumeRecording(line(), order)
  const commands = engine.received
    .map(({ command }) => command)
    .filter((each) => /record/.test(String(each.command)))
  assert.deepEqual(commands, [
    { command: 'stop recording', 'call-id': 'call' },
    { command: 'stop recording', 'call-id': 'call' },
    { command: 'start recording', 'call-id': 'call' },
  ])
})

test('a recording that is not known to be stopped is a fault', async (t) => {
  const { clock, control, engine, line, order } = await startTestControl(t)
  await assert.rejects(control.pauseRecording(line({ callId: 'other' }), order), LineFault)
  await assert.rejects(control.pauseRecording(line(null), order), LineFault)
  engine.misbehave(() => 'handled')
  const refused = assert.rejects(control.pauseRecording(line(), order), LineFault)
  await engine.heard('stop recording', 2)
  await clock.advance(1_000)
  await refused
})

test('of a call that has ended nothing is recorded any more', async (t) => {
  const { control, line, order } = await startTestControl(t)
  await control.resumeRecording(line({ callId: 'other' }), order)
})

test('the engine that has the call is asked', async (t) => {
  const { control, engines, line, order } = await startTestControl(t, { engines: 2 })
  engines[0]?.calls.clear()
  await control.pauseRecording(line(), order)
  assert.deepEqual(
    engines.map((engine) => engine.asked('stop recording').length),
    [0, 1],
  )
})
