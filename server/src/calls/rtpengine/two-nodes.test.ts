import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { clientOf, testListener } from '../test-telephone.ts'
import { startTwoNodes } from '../test-two-nodes.ts'
import { startTestEngine } from './test-rtpengine.ts'

/** Two nodes that hear one engine, and a call whose media goes through it. */
async function start(t: TestContext) {
  const nodes = await startTwoNodes(t)
  const { one, other, clock, newGuid, openSessions } = nodes
  const engine = await startTestEngine(t, clock)
  const settings = { engines: [engine.url], privateAddresses: 'refused' } as const
  const made = await one.platforms.create({ accountId: 1, name: 'sbc', kind: 'rtpengine', settings })
  assert.ok(made !== 'taken')
  await Promise.all([one.open(), other.open()])
  await until(() => engine.listening() === 2)
  const callGuid = newGuid()
  const rtpengine = { callId: 'call', fromTag: 'caller', telephoneEvent: true }
  await clientOf(() => one, made.key).put(`/calls/${callGuid}`, { agentId: 'anna', media: { rtpengine } })
  const session = () => {
    const sessionGuid = newGuid()
    openSessions.add(sessionGuid)
    const { heard, listener } = testListener()
    return { heard, listener, securing: { sessionGuid, listener, recording: 'continue' as const } }
  }
  /** A key that went down long enough after the line was blocked. */
  const press = async (event: number) => {
    await clock.advance(500)
    engine.press({ event })
  }
  const asked = (command: string) => engine.received.filter((each) => each.command.command === command).length
  return { ...nodes, engine, callGuid, session, press, asked }
}

test('each node hears every key of an engine, and only the one that has the line takes it', async (t) => {
  const { one, other, callGuid, session, press } = await start(t)
  const [first, second] = [session(), session()]
  await other.secure(callGuid, first.securing)
  await press(4)
  await until(() => first.heard.length === 1)
  await one.secure(callGuid, second.securing)
  await press(5)
  await until(() => second.heard.length === 1)
  assert.deepEqual([first.heard, second.heard], [['4'], ['5']])
})

test('the line of a dead node is blocked anew by the one that takes it, which hears its keys', async (t) => {
  const { one, other, otherDies, clock, callGuid, session, press, asked } = await start(t)
  const [dead, taken] = [session(), session()]
  await other.secure(callGuid, dead.securing)
  await otherDies()
  const blocks = asked('block DTMF')
  await one.takeUp(callGuid, { ...dead.securing, listener: taken.listener, from: 'no-node' })
  await until(() => taken.heard.includes('line-secured'))
  assert.equal(asked('block DTMF'), blocks + 1)
  await press(7)
  await until(() => taken.heard.includes('7'))
  assert.deepEqual([dead.heard, taken.heard], [[], ['line-lost', 'line-secured', '7']])
  assert.equal(asked('unblock DTMF'), 0)
  await one.release(callGuid, taken.listener)
  await until(async () => {
    await clock.advance(100)
    return asked('unblock DTMF') === 1
  })
})
