import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../src/base/clock.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { mountSmallDisk } from './harness/test-small-disk.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const skipped = { agentId: 'agent7', skipCallTransfer: true }
const paymentData = { Amount: '12.40', Currency: 'GBP' }

test('a full disk is a 503 at every door, and all is well again once there is room', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const clock = createMovableClock()
  const { send, post, token, lines } = await startTestTonegate(t, {
    clock,
    environment: { TONEGATE_DATA: disk.dataFolder },
  })
  const headers = { authorization: `Bearer ${await token()}` }
  const open = (more: Record<string, string> = {}) =>
    post('/globalpci/v1/session', { ...skipped, paymentData }, { ...headers, ...more })
  const { sessionGuid, paymentFormUrl } = (await open()).json
  assert.equal((await send('/readyz')).status, 200)

  disk.fill()
  await clock.advance(1_000)
  const page = new URL(paymentFormUrl).pathname
  const card = new URLSearchParams({ cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' })
  for (const [ask, detail] of [
    [() => open(), /Nothing can be stored at the moment/],
    [() => open({ 'idempotency-key': 'once' }), /Nothing can be stored at the moment/],
    [
      () => post('/globalpci/v1/digitalsession', { ...skipped, paymentData }, headers),
      /Nothing can be stored/,
    ],
    [
      () => send(page, { method: 'POST', body: card, redirect: 'manual' }),
      /Something went wrong on our side/,
    ],
    [() => post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers), /Nothing can be stored/],
    [() => post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers), /Nothing can be stored/],
  ] as const) {
    const answer = await ask()
    assert.equal(answer.status, 503, answer.text)
    assert.match(answer.text, detail)
    assert.ok(Number(answer.headers.get('retry-after')) > 0)
    assert.ok(answer.headers.get('x-request-id'))
  }
  const readiness = await send('/readyz')
  assert.equal(readiness.status, 503)
  assert.equal(readiness.json.status, 'the database of nam cannot be written: the disk is full')
  assert.equal((await send('/healthz')).status, 200)
  assert.equal((await send(`/globalpci/v1/session/${sessionGuid}`, { headers })).status, 200)
  assert.equal(lines.filter((line) => line.includes('the database cannot be written')).length, 1)

  disk.makeRoom()
  await clock.advance(1_000)
  assert.equal((await send('/readyz')).status, 200)
  assert.equal((await open({ 'idempotency-key': 'once' })).status, 200)
  const cancelled = await send(`/globalpci/v1/session/${sessionGuid}`, { headers })
  assert.equal(cancelled.json.sessionState, 'Cancelled')
  assert.ok(lines.some((line) => line.includes('the database can be written again')))
})

test('the API is not ready while the vault’s disk is full, and passes on what the vault says', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const ports = await channelPorts()
  const clock = createMovableClock()
  const vault = await startProcess(t, 'vault', ports, { folder: disk.dataFolder, clock })
  const api = await startProcess(t, 'api', ports, { clock })
  const headers = { authorization: `Bearer ${await api.token()}` }
  const open = () => api.post('/globalpci/v1/session', { ...skipped, paymentData }, headers)
  assert.equal((await open()).status, 200)

  disk.fill()
  await clock.advance(1_000)
  const refused = await open()
  assert.equal(refused.status, 503)
  assert.match(refused.json.type, /#storage-unavailable$/)
  assert.equal(refused.headers.get('retry-after'), '5')
  assert.match((await vault.send('/readyz')).json.status, /the disk is full$/)
  const readiness = await api.send('/readyz')
  assert.equal(readiness.status, 503)
  assert.equal(readiness.headers.get('retry-after'), '5')
  assert.equal(
    readiness.json.status,
    'the vault cannot do its work: the database of nam cannot be written: the disk is full',
  )

  disk.makeRoom()
  await clock.advance(1_000)
  assert.equal((await open()).status, 200)
  assert.equal((await vault.send('/readyz')).status, 200)
  assert.equal((await api.send('/readyz')).status, 200)
})

test('the vault goes on while the API’s disk is full, and says so', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const ports = await channelPorts()
  const clock = createMovableClock()
  const vault = await startProcess(t, 'vault', ports, { clock })
  const api = await startProcess(t, 'api', ports, { folder: disk.dataFolder, clock })
  await clock.advance(2_000)
  assert.deepEqual((await vault.send('/readyz')).json, { status: 'ready', otherHalf: 'works' })

  disk.fill()
  await clock.advance(1_000)
  assert.equal((await api.send('/readyz')).status, 503)
  assert.deepEqual((await vault.send('/readyz')).json, { status: 'ready', otherHalf: 'not-ready' })

  disk.makeRoom()
  await clock.advance(1_000)
  assert.equal((await api.send('/readyz')).status, 200)
  assert.deepEqual((await vault.send('/readyz')).json, { status: 'ready', otherHalf: 'works' })
})
