import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { approval, press, testGateway, wholeCard } from '../test-vault.ts'
import { callbackTo, credentials, startProviderApi, startReceiver, testFlow } from './test-provider-api.ts'

const launchCancel = '/api/v1/session/7/launch/cancel'
const keyed = { 'idempotency-key': 'order-1' }

test('a launch that was called off before it came is refused when it comes, and a day later', async (t) => {
  const { json, launchRequest, clock, restart } = await startProviderApi(t)
  const nothing = await json(launchCancel, {}, keyed)
  assert.deepEqual([nothing.statusCode, nothing.json()], [200, {}])
  for (const wait of [0, 23 * 3_600_000, 3 * 24 * 3_600_000]) {
    await clock.leap(wait)
    const late = await launchRequest(undefined, keyed)
    assert.deepEqual([late.statusCode, late.body], [409, 'This launch was called off.\n'])
    assert.deepEqual((await json(launchCancel, {}, keyed)).json(), {})
    await restart()
  }
  assert.equal((await launchRequest(undefined, { 'idempotency-key': 'order-2' })).statusCode, 200)
})

test('what was launched with a key is cancelled by it, and no callback tells of it', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answers(...Array.from({ length: 50 }, () => 404))
  const flow = { ...testFlow, callback: callbackTo(receiver.url) }
  const { json, launched, callbackRows, find } = await startProviderApi(t, { flow })
  const { Id, capture } = await launched(undefined, keyed)
  const answer = await json(launchCancel, {}, keyed)
  assert.deepEqual([answer.json().Id, answer.json().State], [Id, 'Ended'])
  assert.equal(answer.json().Result.paymentOutcome, 'cancelled')
  assert.equal(capture.view().state, 'ended')
  assert.throws(() => find(Id))
  assert.deepEqual(await callbackRows(), [])
  const again = await json(launchCancel, {}, keyed)
  assert.deepEqual(again.json(), answer.json())
})

test('a card that is being charged is not cancelled: the session is answered as it stands', async (t) => {
  const charging = Promise.withResolvers<typeof approval>()
  const gateway = testGateway({ answers: () => charging.promise })
  const { json, launched } = await startProviderApi(t, { gateway })
  const { Id, capture } = await launched(undefined, keyed)
  press(capture, `${wholeCard}1`)
  await eventually(() => gateway.asked.length === 1)
  const during = await json(launchCancel, {}, keyed)
  assert.deepEqual([during.statusCode, during.json().Id, during.json().State], [200, Id, 'Created'])
  charging.resolve(approval)
  await eventually(
    async () => (await json(launchCancel, {}, keyed)).json().Result?.paymentOutcome === 'approved',
  )
})

test('another client cannot call a launch off, nor one without a key', async (t) => {
  const { json, launched, api, tokens } = await startProviderApi(t)
  const { capture } = await launched(undefined, keyed)
  await api.clients.create({
    clientId: 'other-desk',
    clientSecret: credentials.client_secret,
    tenant: 7,
    tenantName: credentials.tenantname,
    username: 'other',
  })
  const { access_token: token } = await tokens({ client_id: 'other-desk', username: 'other' })
  assert.deepEqual((await json(launchCancel, {}, { ...keyed, token })).json(), {})
  assert.equal((await json(launchCancel, {})).statusCode, 400)
  assert.equal((await json(launchCancel, {}, { ...keyed, token: 'none' })).statusCode, 401)
  assert.notEqual(capture.view().state, 'ended')
})
