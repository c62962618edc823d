import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../test/harness/test-until.ts'
import { startControlServer } from '../calls/test-telephone.ts'
import { startTwoNodes } from '../calls/test-two-nodes.ts'
import type { OpenSession } from '../vault/model/vault-sessions.ts'
import { settle, startVault } from '../vault/test-vault.ts'
import { secureCall } from './secure-call.ts'
import { createTakeUpCalls } from './take-up-calls.ts'

/** A call that the other node has secured for a session, which this one may come to have. */
async function start(t: TestContext) {
  const vault = await startVault(t)
  const { clock } = vault
  const control = await startControlServer(t)
  const nodes = await startTwoNodes(t, { clock, settings: { controlUrl: control.controlUrl } })
  const { one, other, log, openSessions } = nodes
  const { callGuid } = await nodes.call()
  const session = await vault.open()
  openSessions.add(session.guid)
  await secureCall({ calls: other, callGuid, session, clock })
  const taken = new Map<string, OpenSession>()
  const takeUpCalls = createTakeUpCalls({
    calls: one,
    sessions: { find: (guid) => taken.get(guid) },
    isOpen: async (guid) => openSessions.has(guid),
    clock,
    log,
  })
  t.after(() => takeUpCalls.close())
  await takeUpCalls.start()
  const keys = (text: string) => nodes.at.one.post(`/calls/${callGuid}/keys`, { keys: text })
  return { ...nodes, vault, control, callGuid, session, taken, takeUpCalls, clock, keys }
}

const seconds = async ({ clock }: Awaited<ReturnType<typeof start>>, count: number) => {
  for (let second = 0; second < count; second += 1) {
    await clock.advance(1_000)
    await settle()
  }
}

test('a dead node’s call finds its session where that was taken over, and its keys count again', async (t) => {
  const started = await start(t)
  const { one, session, taken, takeUpCalls, callGuid, keys, control, otherDies } = started
  await otherDies()
  await seconds(started, 3)
  assert.equal(one.lines.sessionOf(callGuid), undefined, 'its session is open, and nobody’s yet')
  taken.set(session.guid, session)
  await takeUpCalls.ofSession(session.guid)
  await until(async () => (await keys('41')).status === 200)
  assert.equal(session.view().fields.pan.digits, 2)
  await seconds(started, 3)
  await takeUpCalls.ofSession(session.guid)
  assert.equal(control.types().filter((type) => type === 'call.secure').length, 2)
})

test('without being told of it, a node finds the call of a session that it has taken over', async (t) => {
  const started = await start(t)
  const { session, taken, keys, otherDies } = started
  taken.set(session.guid, session)
  await seconds(started, 2)
  await otherDies()
  await seconds(started, 1)
  await until(async () => (await keys('4')).status === 200)
  assert.equal(session.view().fields.pan.digits, 1)
})

test('a dead node’s call whose session has ended is released when its caller is silent: nobody stays muted', async (t) => {
  const started = await start(t)
  const { one, session, openSessions, control, keys, otherDies } = started
  openSessions.delete(session.guid)
  await otherDies()
  await seconds(started, 1)
  await until(async () => (await keys('4')).status === 200)
  await seconds(started, 4)
  assert.equal((await keys('4')).status, 200)
  await seconds(started, 4)
  assert.equal(control.types().includes('call.release'), false)
  await seconds(started, 2)
  await until(async () => (await one.secured()).length === 0)
  assert.equal(control.types().at(-1), 'call.release')
})

test('what a living node is releasing is left to it', async (t) => {
  const started = await start(t)
  const { one, session, openSessions, callGuid } = started
  openSessions.delete(session.guid)
  await seconds(started, 3)
  assert.equal(one.lines.sessionOf(callGuid), undefined)
})
