import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startTwoNodes } from '../test-two-nodes.ts'

test('a call that is reported by its name at two nodes at once is one call', async (t) => {
  const { at, one } = await startTwoNodes(t)
  const report = (client: typeof at.one, round: number) =>
    client.post(`/calls/by-reference/call-${round}/answered`, { agentId: 'anna' })
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all([report(at.one, round), report(at.other, round)])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
    assert.equal(answers[0]?.body.callGuid, answers[1]?.body.callGuid)
  }
  const calls = one.store.prepare((db, _: object) => db.selectFrom('live_call').select('guid'))
  assert.equal((await calls.all(one.store.reader, {})).length, 20)
})

test('a call of which nothing was heard is forgotten by the node that has its line, and by no other', async (t) => {
  const { one, other, at, call, clock } = await startTwoNodes(t, { controls: { http: steers } })
  const [open, given] = [await call(), await call()]
  await other.secure(open.callGuid, { ...open, recording: 'continue' })
  await other.secure(given.callGuid, { ...given, recording: 'continue' })
  await other.release(given.callGuid, given.listener)
  const statusOf = async ({ callGuid }: { readonly callGuid: string }) =>
    (await at.one.get(`/calls/${callGuid}`)).status
  for (let hour = 0; hour < 13; hour += 1) await clock.leap(3_600_000)
  await clock.advance(120_000)
  assert.deepEqual([await statusOf(open), await statusOf(given)], [200, 404])
  assert.equal(one.lines.sessionOf(open.callGuid), undefined)
  assert.deepEqual(open.heard, [])
})

const obeys = {
  secure: async () => {},
  release: async () => {},
  say: async () => {},
  pauseRecording: async () => {},
  resumeRecording: async () => {},
}

/** A platform that is gone when lines are to be released. */
const steers = {
  secure: async () => {},
  release: () => Promise.reject(new Error('The platform is gone.')),
  say: async () => {},
  pauseRecording: async () => {},
  resumeRecording: async () => {},
}

test('a node that remembers who had a line sends there, and that one knows who has it since', async (t) => {
  const { one, other, call, startProcess, clock } = await startTwoNodes(t, { controls: { http: obeys } })
  const third = await startProcess()
  t.after(() => third.close())
  const { callGuid, listener, ...securing } = await call()
  await other.secure(callGuid, { ...securing, listener, recording: 'continue' })
  const seenBy = (node: typeof one) => node.elsewhere.of(callGuid)
  assert.deepEqual([await seenBy(one), await seenBy(other)], [other.store.nodeId, undefined])

  await other.release(callGuid, listener)
  await eventually(async () => (await other.secured()).length === 0)
  await third.secure(callGuid, { ...securing, listener, recording: 'continue' })
  assert.deepEqual(
    [await seenBy(one), await seenBy(other), await seenBy(third)],
    [other.store.nodeId, third.store.nodeId, undefined],
  )
  await clock.advance(10_000)
  assert.equal(await seenBy(one), third.store.nodeId)
})

test('whoever had a line and is gone is not remembered', async (t) => {
  const { one, other, call, otherDies } = await startTwoNodes(t, { controls: { http: obeys } })
  const { callGuid, ...securing } = await call()
  await other.secure(callGuid, { ...securing, recording: 'continue' })
  assert.equal(await one.elsewhere.of(callGuid), other.store.nodeId)
  await otherDies()
  assert.equal(await one.elsewhere.of(callGuid), undefined)
})
