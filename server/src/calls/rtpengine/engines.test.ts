import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestControl } from './test-control.ts'

test('of several engines the one that has the call is found, and asked from then on', async (t) => {
  const { engines, secure } = await startTestControl(t, { engines: 3 })
  for (const engine of [engines[0], engines[2]]) engine?.calls.clear()
  await secure()
  assert.deepEqual(
    engines.map((engine) => engine.blocked.has('call caller')),
    [false, true, false],
  )
  await secure()
  assert.deepEqual(
    engines.map((engine) => engine.asked('query').length),
    [1, 2, 1],
  )
})

test('a call that went to another engine is found there', async (t) => {
  const { engines, secure } = await startTestControl(t, { engines: 2 })
  const [first, second] = engines
  second?.calls.clear()
  await secure()
  first?.calls.clear()
  second?.calls.set('call', ['caller', 'agent'])
  await secure()
  assert.ok(second?.blocked.has('call caller'))
})

test('a call that no engine knows is unknown; that of an engine which does not answer may be there', async (t) => {
  const { clock, engines, secure } = await startTestControl(t, { engines: 2 })
  for (const engine of engines) engine.calls.clear()
  await assert.rejects(secure(), { message: /does not know this call/ })
  engines[1]?.misbehave(() => 'handled')
  const refused = assert.rejects(secure(), { message: /did not answer/ })
  for (let count = 0; count < 10; count += 1) await clock.advance(100)
  await refused
})
