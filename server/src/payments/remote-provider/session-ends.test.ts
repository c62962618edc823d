import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { Guid } from '../../base/guid.ts'
import { html, json } from './test-provider.ts'
import { startRemote, success, writtenConfiguration } from './test-remote-provider.ts'

const minute = 60_000
const hour = 60 * minute

const paid = {
  State: 'Ended',
  Result: {
    end: 'success',
    paymentOutcome: 'approved',
    orderAmountMinor: '1240',
    orderCurrency: 'GBP',
    transactionID: 'T-1',
    transactionAuthCode: 'A1',
    cardLast4: '1111',
    cardType: 'visa',
    cardExpiry: '1230',
    captured: 'true',
  },
}

type Started = Awaited<ReturnType<typeof startRemote>>

/** Waits for real sockets between two moves of the clock. */
const settled = async ({ get }: Started, sessionGuid: string, state: string) =>
  eventually(async () => {
    const status = await get(sessionGuid)
    return status.sessionState === state && status
  })

test('a session that is cancelled ends at once; PCI Pal is not told, so that its outcome is unknown', async (t) => {
  const { open, cancel, get, callBack, logged, row } = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open()
  const answer = await cancel(sessionGuid)
  assert.equal(answer.status, 200)
  assert.equal(answer.json.sessionState, 'Cancelled')
  assert.equal(answer.json.paymentResultData.paymentOutcome, 'unknown')
  assert.ok(logged('warn').some((text) => /a card may still be charged there/.test(text)))

  await callBack(success(sessionGuid))
  const known = await get(sessionGuid)
  assert.equal(known.sessionState, 'Cancelled')
  assert.equal(known.paymentResultData.paymentOutcome, 'approved')
  assert.equal(known.paymentResultData.gatewayReference, 'T-20441')
  assert.equal((await row(providerSessionGuid))?.outcome, 'approved')
})

test('a cancelled session that PCI Pal says was cancelled is known to be', async (t) => {
  const { open, cancel, get, callBack } = await startRemote(t)
  const { sessionGuid } = await open()
  await cancel(sessionGuid)
  await callBack(success(sessionGuid, { transactionResult: 'CANCELLED' }))
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'cancelled')
  await callBack(success(sessionGuid))
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'cancelled')
})

test("a session without a callback expires with the provider's lifetime, and its outcome is unknown", async (t) => {
  const started = await startRemote(t)
  const { open, get, clock, callBack } = started
  const { sessionGuid } = await open()
  await clock.advance(hour - minute)
  assert.equal((await get(sessionGuid)).sessionState, 'Created')
  await clock.advance(2 * minute)
  const expired = await settled(started, sessionGuid, 'ExpiredOnProviderSide')
  assert.equal(expired.paymentResultData.paymentOutcome, 'unknown')
  await callBack(success(sessionGuid))
  const known = await get(sessionGuid)
  assert.equal(known.sessionState, 'ExpiredOnProviderSide')
  assert.equal(known.paymentResultData.paymentOutcome, 'approved')
})

test('a digital session expires after 72 hours', async (t) => {
  const started = await startRemote(t)
  const { sessionGuid } = await started.open({}, 'digitalsession')
  await started.clock.leap(71 * hour)
  assert.equal((await started.get(sessionGuid)).sessionState, 'Created')
  await started.clock.leap(2 * hour)
  await settled(started, sessionGuid, 'ExpiredOnProviderSide')
})

test('what a session needs survives a restart: its callback, and its end', async (t) => {
  const first = await startRemote(t)
  const [called, left] = [await first.open(), await first.open()]
  await first.tonegate.close()
  const { clock, provider } = first
  const second = await startRemote(t, { clock, provider, folder: first.tonegate.folder })
  const secret = second.callbackUrl()
  assert.equal(new URL(secret).pathname, new URL(first.callbackUrl()).pathname)
  assert.equal((await second.callBack(success(called.sessionGuid))).status, 200)
  assert.equal((await second.get(called.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  await clock.leap(2 * hour)
  await settled(second, left.sessionGuid, 'ExpiredOnProviderSide')
})

test('a result that was taken and not handed on is handed on by the next process', async (t) => {
  const first = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await first.open()
  const { store, clock, provider } = first
  const breakIt = store.prepare((db, p: { guid: Guid; state: 'Created' }) =>
    db
      .updateTable('payment_session')
      .set({ state: p.state, ended_at: null, sealed_result: null })
      .where('guid', '=', p.guid),
  )
  await first.callBack(success(sessionGuid))
  const row = await first.row(providerSessionGuid)
  assert.equal(row?.sealed_result, null)
  await first.tonegate.close()
  const { seal } = await sealedResult(first, providerSessionGuid)
  const again = store.prepare((db, p: { guid: Guid; sealed: Uint8Array }) =>
    db
      .updateTable('remote_session')
      .set({ sealed_result: p.sealed, next_look_at: 0 })
      .where('provider_session_guid', '=', p.guid),
  )
  await store.write(async (tx) => {
    await breakIt.run(tx, { guid: sessionGuid, state: 'Created' })
    await again.run(tx, { guid: providerSessionGuid, sealed: seal })
  })
  const second = await startRemote(t, { clock, provider, folder: first.tonegate.folder })
  const status = await settled(second, sessionGuid, 'Finished')
  assert.equal(status.paymentResultData.paymentOutcome, 'approved')
  // It is given up once what it was handed on to has it.
  await eventually(async () => (await second.row(providerSessionGuid))?.sealed_result === null)
})

test('a result that cannot be read ends its session alone, as an error and unknown', async (t) => {
  const first = await startRemote(t)
  const [damaged, other] = [await first.open(), await first.open()]
  const { store, clock, provider } = first
  const spoil = store.prepare((db, p: { guid: Guid }) =>
    db
      .updateTable('remote_session')
      .set({ sealed_result: Buffer.from('4111'), outcome: 'approved', next_look_at: 0 })
      .where('provider_session_guid', '=', p.guid),
  )
  await store.write((tx) => spoil.run(tx, { guid: damaged.providerSessionGuid }))
  await first.tonegate.close()
  const second = await startRemote(t, { clock, provider, folder: first.tonegate.folder })
  const status = await settled(second, damaged.sessionGuid, 'Error')
  assert.equal(status.paymentResultData.paymentOutcome, 'unknown')
  assert.ok(second.logged('error').some((text) => /the result of a session cannot be read/.test(text)))
  await second.callBack(success(other.sessionGuid))
  assert.equal((await second.get(other.sessionGuid)).sessionState, 'Finished')
})

async function sealedResult({ sealer }: Started, guid: Guid) {
  const result = { guid, end: 'success', outcome: 'approved' }
  return { seal: sealer.seal(`remote result ${guid}`, Buffer.from(JSON.stringify(result))) }
}

test('old sessions are removed 90 days after their end', async (t) => {
  const { open, callBack, clock, row } = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await callBack(success(sessionGuid))
  await clock.leap(89 * 24 * hour)
  assert.ok(await row(providerSessionGuid))
  await clock.leap(25 * hour)
  await eventually(async () => (await row(providerSessionGuid)) === undefined)
})

test("another vault is asked for a session's state, less and less often, and a lost callback is no loss", async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { open, provider, clock, get } = started
  const { sessionGuid, providerSessionGuid } = await open()
  const asked = () => provider.got.filter(({ method }) => method === 'GET').length
  await clock.advance(4_000)
  assert.equal(asked(), 0)
  provider.sessions.set(providerSessionGuid, { State: 'InProgress' })
  await clock.advance(2_000)
  await settled(started, sessionGuid, 'InProgress')
  for (let part = 0; part < 6; part += 1) await clock.advance(5 * minute)
  const inHalfAnHour = asked()
  assert.ok(inHalfAnHour > 5 && inHalfAnHour < 60, `${inHalfAnHour}`)
  provider.sessions.set(providerSessionGuid, paid)
  await clock.advance(5 * minute)
  const { paymentResultData } = await settled(started, sessionGuid, 'Finished')
  assert.equal(paymentResultData.paymentOutcome, 'approved')
  assert.equal(paymentResultData.authorisationCode, 'A1')
  const before = asked()
  await clock.advance(10 * minute)
  assert.equal(asked(), before)
  assert.equal((await get(sessionGuid)).sessionState, 'Finished')
})

for (const [what, result, state, outcome] of [
  ['timed out', { end: 'timeout', paymentOutcome: 'failed' }, 'TimeOut', 'failed'],
  ['failed', { end: 'too-many-failed-attempts', paymentOutcome: 'failed' }, 'Error', 'failed'],
  ['approved a smaller amount', { ...paid.Result, orderAmountMinor: '124' }, 'Error', 'unknown'],
  ['approved another currency', { ...paid.Result, orderCurrency: 'USD' }, 'Error', 'unknown'],
] as const) {
  test(`a session that ${what} at another vault ends as ${state}, ${outcome}`, async (t) => {
    const started = await startRemote(t, { kind: 'tonegate' })
    const { sessionGuid, providerSessionGuid } = await started.open()
    started.provider.sessions.set(providerSessionGuid, { State: 'Ended', Result: result })
    await started.clock.advance(6_000)
    const status = await settled(started, sessionGuid, state)
    assert.equal(status.paymentResultData.paymentOutcome, outcome)
  })
}

test('an outcome that another vault does not know yet is asked for until it does', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { open, provider, clock, get } = started
  const { sessionGuid, providerSessionGuid } = await open()
  const unknown = { end: 'payment-connector-error', paymentOutcome: 'unknown' }
  provider.sessions.set(providerSessionGuid, { State: 'Ended', Result: unknown })
  await clock.advance(6_000)
  await settled(started, sessionGuid, 'Error')
  provider.sessions.set(providerSessionGuid, {
    State: 'Ended',
    Result: { ...paid.Result, end: 'payment-connector-error', correction: 'reconciled' },
  })
  await clock.advance(6 * minute)
  await eventually(async () => (await get(sessionGuid)).paymentResultData?.paymentOutcome === 'approved')
  assert.equal((await get(sessionGuid)).sessionState, 'Error')
})

test('a payment that another vault undid is told by its callback', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { open, provider, callBack, get, row } = started
  const { sessionGuid, providerSessionGuid } = await open()
  provider.sessions.set(providerSessionGuid, paid)
  await callBack({ ppCallID: providerSessionGuid })
  assert.equal((await row(providerSessionGuid))?.outcome, 'approved')
  provider.sessions.set(providerSessionGuid, {
    State: 'Ended',
    Result: { ...paid.Result, paymentOutcome: 'cancelled', correction: 'voided' },
  })
  await callBack({ ppCallID: providerSessionGuid })
  const { sessionState, paymentResultData } = await get(sessionGuid)
  assert.equal(sessionState, 'Finished')
  assert.equal(paymentResultData.paymentOutcome, 'cancelled')
})

test('another vault that cannot be asked is asked again, and a session whose state is not told expires', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { open, provider, clock, get } = started
  const { sessionGuid, providerSessionGuid } = await open()
  const replies = [
    html,
    'closes',
    json(500, {}),
    json(200, { State: 'Ended', Result: { end: 'nonsense' } }),
  ] as const
  let turn = 0
  provider.behaviour.session = () => replies[turn++ % replies.length]
  for (let minutes = 0; minutes < 5; minutes += 1) await clock.advance(minute)
  await eventually(async () => turn > 3)
  assert.equal((await get(sessionGuid)).sessionState, 'Created')
  await clock.leap(2 * hour)
  await settled(started, sessionGuid, 'ExpiredOnProviderSide')
  provider.sessions.set(providerSessionGuid, paid)
  delete provider.behaviour.session
  await clock.advance(6 * minute)
  await eventually(async () => (await get(sessionGuid)).paymentResultData?.paymentOutcome === 'approved')
})

test('cancelling reaches another vault, and its answer is the end', async (t) => {
  const { open, cancel, provider } = await startRemote(t, { kind: 'tonegate' })
  const { sessionGuid } = await open()
  const answer = await cancel(sessionGuid)
  assert.equal(answer.json.sessionState, 'Cancelled')
  assert.equal(answer.json.paymentResultData.paymentOutcome, 'cancelled')
  assert.equal(provider.got.filter(({ path }) => path.endsWith('/cancel')).length, 1)
  assert.equal((await cancel(sessionGuid)).status, 200)
})

test('a session that was paid at another vault in the same moment is not cancelled', async (t) => {
  const { open, cancel, get, provider } = await startRemote(t, { kind: 'tonegate' })
  const { sessionGuid, providerSessionGuid } = await open()
  provider.sessions.set(providerSessionGuid, paid)
  const answer = await cancel(sessionGuid)
  assert.equal(answer.status, 409)
  assert.match(answer.json.detail, /already ended \(state Finished\)/)
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

for (const [what, reply, status] of [
  ['whose gateway is being asked', json(409, { type: 'https://x/errors#not-possible-now' }), 409],
  ['at a vault that fails', json(500, {}), 503],
  ['at a vault that refuses', json(403, {}), 502],
] as const) {
  test(`a session ${what} is not cancelled, and stays open: ${status}`, async (t) => {
    const { open, cancel, get, provider } = await startRemote(t, { kind: 'tonegate' })
    const { sessionGuid } = await open()
    provider.behaviour.session = ({ method }) => (method === 'POST' ? reply : undefined)
    assert.equal((await cancel(sessionGuid)).status, status)
    assert.equal((await get(sessionGuid)).sessionState, 'Created')
  })
}

test('a session that another vault does not know is cancelled here, and its outcome is unknown', async (t) => {
  const { open, cancel, provider } = await startRemote(t, { kind: 'tonegate' })
  const { sessionGuid } = await open()
  provider.sessions.clear()
  const answer = await cancel(sessionGuid)
  assert.equal(answer.json.sessionState, 'Cancelled')
  assert.equal(answer.json.paymentResultData.paymentOutcome, 'unknown')
})

test("another vault sends the customer's link again; PCI Pal sends none", async (t) => {
  const { open, resend, provider } = await startRemote(t, { kind: 'tonegate' })
  const { sessionGuid } = await open({}, 'digitalsession')
  const sent = await resend(sessionGuid, { to: '+447700900123', channel: 'sms' })
  assert.deepEqual(sent.json, {
    sessionGuid,
    channel: 'sms',
    paymentFormUrl: 'https://pay.example.com/new',
  })
  const request = provider.got.find(({ path }) => path.endsWith('/link'))
  assert.deepEqual(JSON.parse(request?.body ?? ''), { Channel: 'sms', To: '+447700900123' })
  for (const [code, there, here] of [
    ['session-ended', 409, 409],
    ['invalid-request', 400, 400],
    ['not-possible-now', 409, 409],
    ['quota-exceeded', 429, 429],
    ['link-not-sent', 502, 502],
    ['no such thing', 418, 502],
    ['overloaded', 503, 503],
  ] as const) {
    provider.behaviour.session = () => json(there, { type: `https://x/errors#${code}`, detail: 'secret' })
    const answer = await resend(sessionGuid)
    assert.equal(answer.status, here, code)
    assert.doesNotMatch(answer.text, /secret/)
  }
})

test('PCI Pal sends no links', async (t) => {
  const { open, resend } = await startRemote(t)
  const { sessionGuid } = await open({}, 'digitalsession')
  const answer = await resend(sessionGuid)
  assert.equal(answer.status, 409)
  assert.match(answer.json.detail, /cannot send links/)
})

test('a session stays with its provider when the configuration names another', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { open, cancel, configure, provider, clock } = started
  const { sessionGuid } = await open()
  await configure(writtenConfiguration({ kind: 'pci-pal', baseUrl: 'http://127.0.0.1:1' }))
  await clock.advance(1500)
  assert.equal((await cancel(sessionGuid)).json.paymentResultData.paymentOutcome, 'cancelled')
  assert.ok(provider.got.some(({ path }) => path.endsWith('/cancel')))
})
