import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { eventually } from '../../test/harness/test-eventually.ts'
import { channelKey, channelPorts, startProcess } from '../../test/harness/test-processes.ts'
import { connectionAs } from './channel.ts'

type Started = Awaited<ReturnType<typeof startProcess>>

const payment = {
  agentId: 'agent7',
  paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' },
}

async function createSession(api: Started, request: object = payment, path = 'session') {
  const authorization = `Bearer ${await api.token()}`
  return api.post(`/globalpci/v1/${path}`, request, { authorization })
}

async function statusOf(api: Started, sessionGuid: string) {
  const authorization = `Bearer ${await api.token()}`
  return (await api.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })).json
}

const callOn = async (vault: Started): Promise<string> =>
  (await vault.post('/sandbox/calls', { agentId: 'agent7' })).json.callGuid

const press = (vault: Started, callGuid: string, keys: string) =>
  vault.post(`/sandbox/calls/${callGuid}/keys`, { keys })

test('a card typed on a call goes to the vault’s process, its result to the other', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const callGuid = await callOn(vault)
  const { status, json: created } = await createSession(api)
  assert.equal(status, 200)
  assert.ok(created.iframeUrl.startsWith(vault.origin), 'the agent’s page is the vault’s')
  assert.ok(created.paymentFormUrl.startsWith(vault.origin))
  const busy = await createSession(api)
  assert.equal(busy.status, 409)
  assert.equal(busy.json.sessionGuid, created.sessionGuid)
  await press(vault, callGuid, '4111111111111111#1230#123#')
  const opened = await eventually(async () => {
    const seen = await statusOf(api, created.sessionGuid)
    return seen.sessionState === 'InProgress' && seen
  })
  assert.equal(opened.callGuid, callGuid)
  await press(vault, callGuid, '1')
  const finished = await eventually(async () => {
    const seen = await statusOf(api, created.sessionGuid)
    return seen.sessionState === 'Finished' && seen
  })
  const { paymentOutcome, cardLast4, Amount } = finished.paymentResultData
  assert.deepEqual([paymentOutcome, cardLast4, Amount], ['approved', '1111', '1240'])
})

test('a session is cancelled, and its link sent again, in the other process', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const { json: created } = await createSession(api, payment, 'digitalsession')
  const authorization = `Bearer ${await api.token()}`
  const to = { channel: 'sms', to: '+447700900123' }
  const sent = await api.post(`/globalpci/v1/digitalsession/${created.sessionGuid}/resend`, to, {
    authorization,
  })
  assert.equal(sent.status, 200)
  assert.ok(sent.json.paymentFormUrl.startsWith(vault.origin))
  const noAddress = { channel: 'sms', to: 'nobody' }
  const refused = await api.post(`/globalpci/v1/digitalsession/${created.sessionGuid}/resend`, noAddress, {
    authorization,
  })
  assert.equal(refused.status, 400, refused.text)
  assert.equal(refused.json.errors[0].path, '/to')
  const cancelled = await api.post(
    `/globalpci/v1/session/${created.sessionGuid}/cancel`,
    {},
    { authorization },
  )
  assert.equal(cancelled.json.sessionState, 'Cancelled')
})

test('a payment is refunded in the process that took it, and says who has asked in the other one', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const callGuid = await callOn(vault)
  const { json: created } = await createSession(api)
  const path = `/globalpci/v1/session/${created.sessionGuid}`
  const authorization = `Bearer ${await api.token()}`
  assert.equal((await api.post(`${path}/refund`, {}, { authorization })).status, 409)
  await press(vault, callGuid, '4111111111111111#1230#123#1')
  await eventually(async () => (await statusOf(api, created.sessionGuid)).sessionState === 'Finished')
  const refund = (amount: string) => api.post(`${path}/refund`, { amount }, { authorization })
  const refunded = await refund('5.00')
  assert.equal(refunded.status, 200, refunded.text)
  assert.equal(refunded.json.operation.requestedBy.kind, 'client')
  const { payment: left } = refunded.json
  assert.deepEqual((await api.send(`${path}/payment`, { headers: { authorization } })).json, left)
  assert.deepEqual([(await refund('100.00')).status, (await refund('x')).status], [422, 400])
})

test('an order without an amount is refused, and launched by neither process', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  await callOn(vault)
  const without = { agentId: 'agent7', paymentData: { Ammount: '12.40' } }
  for (const path of ['session', 'digitalsession']) {
    const refused = await createSession(api, without, path)
    assert.equal(refused.status, 400, refused.text)
    assert.equal(refused.json.errors[0].path, '/paymentData/Amount')
  }
  assert.ok(!vault.lines.some((line) => line.includes('a capture session was launched')))
})

test('an agent without a call is told so, and a process that cannot be reached', async (t) => {
  const ports = await channelPorts()
  const api = await startProcess(t, 'api', ports)
  const unreachable = await createSession(api)
  assert.equal(unreachable.status, 503)
  assert.equal(unreachable.json.detail, 'The payment server cannot be reached. Try again shortly.')
  assert.ok(unreachable.headers.get('retry-after'))
  await startProcess(t, 'vault', ports)
  assert.equal((await createSession(api)).status, 409)
})

test('a result that the other process could not take is reported until it has', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const skips = { ...payment, skipCallTransfer: true }
  const { json: created } = await createSession(api, skips)
  await api.close()
  await vault.post(`/sandbox/sessions/${created.providerSessionGuid}/keys`, {
    keys: '4111111111111111#1230#123#1',
  })
  await eventually(async () => vault.lines.some((line) => line.includes('it will be reported again')))
  const again = await startProcess(t, 'api', ports, { folder: api.folder })
  const { paymentResultData } = await eventually(async () => {
    const seen = await statusOf(again, created.sessionGuid)
    return seen.sessionState === 'Finished' && seen
  })
  assert.equal(paymentResultData.paymentOutcome, 'approved')
})

test('that a session was begun while the other process was away is told when it is back, and again when the vault is', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const { json: first } = await createSession(api, { ...payment, skipCallTransfer: true })
  const { json: second } = await createSession(api, { ...payment, agentId: 'agent8', skipCallTransfer: true })
  await api.close()
  const begin = (from: Started, guid: string) => from.post(`/sandbox/sessions/${guid}/keys`, { keys: '4' })
  await begin(vault, first.providerSessionGuid)
  await eventually(async () =>
    vault.lines.some((line) => line.includes('the start of a session was not accepted')),
  )
  const again = await startProcess(t, 'api', ports, { folder: api.folder })
  const isBegun = (guid: string) =>
    eventually(async () => (await statusOf(again, guid)).sessionState === 'InProgress')
  await isBegun(first.sessionGuid)
  assert.equal((await statusOf(again, second.sessionGuid)).sessionState, 'Created')
  const { lastUpdatedOn } = await statusOf(again, first.sessionGuid)
  await vault.close()
  await startProcess(t, 'vault', ports, { folder: vault.folder })
  await eventually(async () => (await createSession(again, payment, 'digitalsession')).status === 200)
  assert.equal((await statusOf(again, first.sessionGuid)).lastUpdatedOn, lastUpdatedOn)
})

test('whoever has not the key is answered by neither process', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const otherKey = randomBytes(32).toString('base64')
  const stranger = await startProcess(
    t,
    'api',
    { ...ports, api: (await channelPorts()).api },
    { key: otherKey },
  )
  const answer = await createSession(stranger, payment, 'digitalsession')
  assert.equal(answer.status, 503)
  assert.ok(!vault.lines.some((line) => line.includes('was launched')))

  const key = Buffer.from(channelKey, 'base64')
  for (const options of [
    connectionAs('tonegate-api', Buffer.alloc(32, 1)),
    connectionAs('tonegate-vault', key),
    { rejectUnauthorized: false },
  ]) {
    const socket = connect({ ...options, host: '127.0.0.1', port: ports.vault })
    const [error] = await once(socket, 'error')
    assert.ok(error instanceof Error)
    socket.destroy()
  }
})
