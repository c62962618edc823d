import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { LinkMessage } from '../links/link-sender.ts'
import { press, wholeCard } from '../test-vault.ts'
import { credentials, startProviderApi, testFlow } from './test-provider-api.ts'

const session = (id: string, more = '') => `/api/v1/session/7/${id}${more}`

test('a session is read back: created, in progress, ended with its result', async (t) => {
  const { launched, get, api } = await startProviderApi(t)
  const { Id, LinkId, capture } = await launched()
  const by = { FlowId: 695, LaunchedBy: 'harbour_user' }
  assert.deepEqual((await get(Id)).json(), { Id, LinkId, ...by, State: 'Created' })
  assert.equal(await api.reports.recordProgress(Id), true)
  assert.equal((await get(Id)).json().State, 'InProgress')
  press(capture, `${wholeCard}1`)
  await eventually(async () => (await get(Id)).json().Result !== undefined)
  const { Result } = (await get(Id)).json()
  assert.equal(Result.transactionResult, 'SUCCESS')
  assert.equal(Result.paymentOutcome, 'approved')
  assert.equal(Result.end, 'success')
  assert.equal(Result.cardLast4, '1111')
  assert.equal(Result.orderAmount, '1240')
  assert.equal(Result.linkId, LinkId)
  assert.doesNotMatch(JSON.stringify(Result), /4111/)
})

test('a day after its end a session has no result any more, and its callback’s values go after a week', async (t) => {
  const { launched, get, clock, store } = await startProviderApi(t)
  const { Id, capture } = await launched()
  await capture.cancel()
  await eventually(async () => (await get(Id)).json().State === 'Ended')
  const row = store.prepare((db, _: object) => db.selectFrom('provider_session').selectAll())
  const read = async () => (await row.all(store.reader, {}))[0]
  await clock.leap(25 * 3_600_000)
  await eventually(async () => (await read())?.sealed_result === null)
  assert.deepEqual(Object.keys((await get(Id)).json()), ['Id', 'LinkId', 'FlowId', 'LaunchedBy', 'State'])
  assert.ok((await read())?.sealed_order)
  await clock.leap(7 * 24 * 3_600_000)
  await eventually(async () => (await read())?.sealed_order === null)
})

test('a session is cancelled, and cancelled again without harm; one that was paid has ended', async (t) => {
  const { launched, json, get } = await startProviderApi(t)
  const { Id } = await launched()
  const cancelled = await json(session(Id, '/cancel'), {})
  assert.deepEqual([cancelled.statusCode, cancelled.json().State], [200, 'Ended'])
  assert.equal(cancelled.json().Result.transactionResult, 'CANCELLED')
  assert.equal((await json(session(Id, '/cancel'), {})).statusCode, 200)
  const paid = await launched()
  press(paid.capture, `${wholeCard}1`)
  await eventually(async () => (await get(paid.Id)).json().Result !== undefined)
  const late = await json(session(paid.Id, '/cancel'), {})
  assert.equal(late.statusCode, 409)
  assert.match(late.json().type, /session-ended/)
})

test('the customer’s link is sent again, and to another address', async (t) => {
  const sent: string[] = []
  const sms = { send: async ({ to }: LinkMessage) => void sent.push(to) }
  const { launched, json } = await startProviderApi(t, {
    linkSenders: { sms },
    flow: { ...testFlow, entry: 'link' },
  })
  const { Id, PaymentFormUrl } = await launched()
  const first = await json(session(Id, '/link'), { channel: 'sms', TO: '+447700900123' })
  assert.equal(first.statusCode, 200, first.body)
  assert.deepEqual(Object.keys(first.json()), ['Id', 'Channel', 'PaymentFormUrl'])
  const second = await json(session(Id, '/link'), { Channel: 'sms', To: '+447700900456' })
  assert.notEqual(second.json().PaymentFormUrl, PaymentFormUrl)
  assert.deepEqual(sent, ['+447700900123', '+447700900456'])
  for (const body of [{ Channel: 'pigeon' }, { Channel: 'sms', To: 7 }, [], 'x']) {
    assert.equal((await json(session(Id, '/link'), JSON.stringify(body))).statusCode, 400)
  }
})

test('a session of another tenant, an unknown one and no id at all are not found', async (t) => {
  const { launched, json, get, api, tokens, app } = await startProviderApi(t)
  const { Id } = await launched()
  await api.clients.create({
    clientId: 'other-desk',
    clientSecret: credentials.client_secret,
    tenant: 8,
    tenantName: credentials.tenantname,
    username: 'other',
  })
  const { access_token: token } = await tokens({ client_id: 'other-desk', username: 'other' })
  for (const verb of ['/cancel', '/link']) {
    assert.equal((await json(session(Id, verb), {}, { token })).statusCode, 404)
    assert.equal((await json(`/api/v1/session/8/${Id}${verb}`, {}, { token })).statusCode, 404)
    assert.equal((await json(session('0198a1b2-0000-7000-8000-000000000001', verb), {})).statusCode, 404)
  }
  assert.equal((await get('x')).statusCode, 404)
  assert.equal((await app.inject({ url: session(Id) })).statusCode, 401)
  assert.equal((await get(Id)).json().State, 'Created')
})

test('a session that nobody launched here is none of the provider API’s', async (t) => {
  const { launch, api, find } = await startProviderApi(t)
  const { guid } = await launch()
  assert.equal(await api.reports.recordProgress(guid), false)
  assert.equal(await api.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' }), false)
  assert.ok(find(guid))
})
