import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { approved, hour, key, startCybersource } from './double/test-start.ts'

test('a payment that is not found is not known; where it is to be voided, whatever there is is reversed', async (t) => {
  for (const purpose of ['charge', 'authorise'] as const) {
    const { gateway, clock, ledger, searchIsBehind } = await startCybersource(t)
    const request = testRequest({ purpose })
    const requestedAt = clock.now()
    approved(await gateway.authorise(request))
    searchIsBehind(100 * hour)
    const asked = { ...askedBefore(request, requestedAt), lateApproval: 'void' } as const
    assert.equal(await gateway.reconcile(asked), undefined, 'too early')
    await clock.leap(2 * hour)
    assert.equal(await gateway.reconcile({ ...asked, lateApproval: 'record' }), undefined)
    assert.equal(Object.keys(ledger.moved()).length, 1)
    assert.deepEqual(await gateway.reconcile(asked), { status: 'error', gatewayCode: 'undone' })
    assert.deepEqual(ledger.moved(), {})
  }
})

test('reversals whatever there is, whose answer is lost, is found done', async (t) => {
  const { gateway, clock, ledger, misbehave, searchIsBehind } = await startCybersource(t)
  const request = testRequest()
  const requestedAt = clock.now()
  approved(await gateway.authorise(request))
  await clock.leap(2 * hour)
  searchIsBehind(5 * hour)
  misbehave('closes', { of: /v2\/voids$/ })
  const asked = { ...askedBefore(request, requestedAt), lateApproval: 'void' } as const
  await assert.rejects(gateway.reconcile(asked), { name: 'NoAnswer' })
  await assert.rejects(gateway.reconcile(asked), { name: 'UnclearAnswer' }, 'it is not asked for again')
  assert.deepEqual(ledger.moved(), {})
  await clock.leap(5 * hour)
  const reversed = { status: 'error', gatewayCode: 'undone' }
  assert.deepEqual(await gateway.reconcile(asked), reversed, 'though the search finds the payment too')
  assert.deepEqual(await gateway.reconcile(asked), reversed)
  assert.deepEqual(ledger.moved(), {})
})

test('a payment that never arrived stays unknown: there is nothing to reverse, and nobody says so for certain', async (t) => {
  const { gateway, clock } = await startCybersource(t)
  const asked = { ...askedBefore(testRequest(), clock.now()), lateApproval: 'void' } as const
  await clock.leap(2 * hour)
  assert.equal(await gateway.reconcile(asked), undefined)
})

test('another transaction whose key only begins the same is not taken for this one', async (t) => {
  const { gateway, clock } = await startCybersource(t)
  await gateway.authorise(testRequest({ idempotencyKey: `${key}1` }))
  assert.equal(await gateway.reconcile(askedBefore(testRequest(), clock.now())), undefined)
})

test('what is answered or found of another request, without a sum or of another sum is not believed', async (t) => {
  const { misbehave, gateway, clock } = await startCybersource(t)
  const another = { clientReferenceInformation: { code: 'another' } }
  const transaction = /^GET .tss.v2.transactions/
  const change = (changes: object, of: RegExp) =>
    misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...changes } }), {
      of,
    })
  const request = testRequest()
  change(another, /^POST .pts.v2.payments$/)
  await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
  const inSummaries = (changes: object) =>
    misbehave(
      ({ status, body }) => {
        const { transactionSummaries } = (body as { _embedded: { transactionSummaries: readonly object[] } })
          ._embedded
        const changed = transactionSummaries.map((each) => ({ ...each, ...changes }))
        return { status, body: { _embedded: { transactionSummaries: changed } } }
      },
      { of: /searches$/ },
    )
  inSummaries(another)
  assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
  for (const changes of [{ orderInformation: {} }, another]) {
    change(changes, transaction)
    assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
  }
  const { gatewayReference } = approved(await gateway.reconcile(askedBefore(request, clock.now())))
  const amount = { amountMinor: 300, currency: 'GBP' }
  const refund = testFollowUp(gatewayReference, { kind: 'refund', amount })
  assert.equal((await gateway.refund(refund)).status, 'done')
  assert.equal((await gateway.refund(refund)).status, 'done', 'it is found')
  change({ orderInformation: { amountDetails: { totalAmount: '5.00', currency: 'GBP' } } }, transaction)
  await assert.rejects(gateway.refund(refund), { name: 'UnclearAnswer' })
})

test('a found payment that ended in an error is not known', async (t) => {
  const { gateway, clock, misbehave } = await startCybersource(t)
  await gateway.authorise(testRequest())
  misbehave(
    ({ status, body }) => ({
      status,
      body: JSON.parse(
        JSON.stringify(body).replaceAll('"rCode":"1"', '"rCode":"-1"').replaceAll('"100"', '"250"'),
      ),
    }),
    { of: /^GET .tss.v2.transactions/ },
  )
  assert.equal(await gateway.reconcile(askedBefore(testRequest(), clock.now())), undefined)
})
