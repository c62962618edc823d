import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { startTestEngine } from '../src/calls/rtpengine/test-rtpengine.ts'
import { startControlServer } from '../src/calls/test-telephone.ts'
import { adminOf, demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

const payment = { agentId: 'agent7', paymentData: { Amount: '12.40', Currency: 'GBP' } }

/** The administration in another process, and a program that has the key of a platform. */
function openOffice(vault: Started, admin = demoAdminOf(vault)) {
  const ask = async (key: string, method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`${vault.origin}/calls/v1/calls/${path}`, init)
    const text = await answer.text()
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    ask,
    make: async (...options: readonly string[]) =>
      JSON.parse(await admin(['platform', 'create', ...options, '--json'])),
    change: async (verb: string, name: string, ...options: readonly string[]) =>
      JSON.parse(await admin(['platform', verb, name, ...options, '--json'])),
  }
}

/** Opens a session of the agent's as an integrator does. */
async function openSession(api: Started) {
  const authorization = `Bearer ${await api.token()}`
  return api.post('/globalpci/v1/session', payment, { authorization })
}

async function cancel(api: Started, sessionGuid: string): Promise<void> {
  const authorization = `Bearer ${await api.token()}`
  const { status } = await api.post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, { authorization })
  assert.equal(status, 200)
}

async function assertTakesCalls(t: TestContext, api: Started, { ask, make } = openOffice(api)) {
  const control = await startControlServer(t)
  const { key } = await make('pbx', '--control-url', control.controlUrl)
  const callGuid = randomUUID()
  assert.equal((await ask(key, 'PUT', callGuid, { agentId: payment.agentId })).status, 200)
  const opened = await openSession(api)
  assert.equal(opened.status, 200, opened.text)
  assert.deepEqual(control.types().slice(0, 1), ['call.secure'])
  assert.deepEqual((await ask(key, 'POST', `${callGuid}/keys`, { keys: '41' })).json, { taken: 2 })
  return { key, callGuid, sessionGuid: opened.json.sessionGuid }
}

test('a platform that is made while the server runs takes calls at once', async (t) => {
  const tonegate = await startTestTonegate(t)
  await assertTakesCalls(t, tonegate)
})

test('a platform of two processes is made in the vault’s data folder, and takes calls at once', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  await adminOf(vault)(['account', 'create', 'Harbour Street Books', '--number', '1'])
  await assertTakesCalls(t, api, openOffice(vault, adminOf(vault, '--account', 'Harbour Street Books')))
})

test('keys that are made and removed, and a platform that is disabled and enabled, are so at once', async (t) => {
  const tonegate = await startTestTonegate(t)
  const { ask, change } = openOffice(tonegate)
  const { key, callGuid } = await assertTakesCalls(t, tonegate)
  const second = (await change('add-key', 'pbx')).key
  const statuses = async () => [
    (await ask(key, 'GET', callGuid)).status,
    (await ask(second, 'GET', callGuid)).status,
  ]
  assert.deepEqual(await statuses(), [200, 200])
  await change('remove-key', 'pbx')
  assert.deepEqual(await statuses(), [401, 200])
  assert.deepEqual((await ask(second, 'POST', `${callGuid}/keys`, { keys: '11' })).json, { taken: 2 })
  await change('disable', 'pbx')
  assert.deepEqual(await statuses(), [401, 401])
  await change('enable', 'pbx')
  assert.deepEqual(await statuses(), [401, 200])
  await eventually(async () => (await ask(second, 'GET', callGuid)).json.secured)
  assert.deepEqual((await ask(second, 'POST', `${callGuid}/keys`, { keys: '11' })).json, { taken: 2 })
})

test('no session opens on a call whose platform is disabled, and the line of an open one is released', async (t) => {
  const control = await startControlServer(t)
  const tonegate = await startTestTonegate(t)
  const { ask, change, make } = openOffice(tonegate)
  const { key } = await make('pbx', '--control-url', control.controlUrl)
  await ask(key, 'PUT', randomUUID(), { agentId: payment.agentId })
  const opened = await openSession(tonegate)
  assert.equal(opened.status, 200, opened.text)
  await change('disable', 'pbx')
  await cancel(tonegate, opened.json.sessionGuid)
  await eventually(async () => control.types().includes('call.release'))
  const refused = await openSession(tonegate)
  assert.deepEqual([refused.status, refused.json.title], [409, 'The agent is not on a call'])
})

test('a control URL that is changed in mid-call is told what comes next', async (t) => {
  const moved = await startControlServer(t)
  const tonegate = await startTestTonegate(t)
  const { change } = openOffice(tonegate)
  const { sessionGuid } = await assertTakesCalls(t, tonegate)
  await change('set', 'pbx', '--control-url', moved.controlUrl)
  await cancel(tonegate, sessionGuid)
  await eventually(async () => moved.types().includes('call.release'))
})

test('an rtpengine that is connected while the server runs has calls blocked at once', async (t) => {
  const engine = await startTestEngine(t, systemClock)
  const tonegate = await startTestTonegate(t)
  const { ask, make } = openOffice(tonegate)
  const { key } = await make('sbc', '--kind', 'rtpengine', '--url', engine.url)
  const media = { rtpengine: { callId: 'call', fromTag: 'caller', telephoneEvent: true } }
  await ask(key, 'PUT', randomUUID(), { agentId: payment.agentId, media })
  const opened = await openSession(tonegate)
  assert.equal(opened.status, 200, opened.text)
  assert.ok(engine.blocked.has('call caller'))
})

test('of two sessions that are opened on a call at once, one is', async (t) => {
  const tonegate = await startTestTonegate(t)
  await tonegate.post('/sandbox/calls', { agentId: payment.agentId })
  const opened = await Promise.all([openSession(tonegate), openSession(tonegate)])
  assert.deepEqual(opened.map(({ status }) => status).sort(), [200, 409])
  const [one, other] = opened.map(({ json }) => json.sessionGuid)
  assert.equal(one, other)
})
