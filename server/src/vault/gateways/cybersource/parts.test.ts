import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { startCybersource } from './double/test-start.ts'

const key = testRequest().idempotencyKey
const transaction = /^GET .tss.v2.transactions/

type Sum = Readonly<Record<string, string>>

/** Changes what an answer says of the sum. */
const withSum =
  (change: (sum: Sum) => Sum) => (answer: { readonly status: number; readonly body: unknown }) => {
    const body = answer.body as { readonly orderInformation: { readonly amountDetails: Sum } }
    return {
      ...answer,
      body: { ...body, orderInformation: { amountDetails: change(body.orderInformation.amountDetails) } },
    }
  }

for (const purpose of ['charge', 'authorise'] as const) {
  for (const [what, pan, reason] of [
    ['a part of the sum', '4000000000000580', 'insufficient-funds'],
    ['a sale that could not be taken', '4000000000000622', 'do-not-honour'],
  ] as const) {
    test(`${purpose}: ${what} is voided and declined, at once and when it is found`, async (t) => {
      const { gateway, ledger, misbehave, create, clock, partsAllowed } = await startCybersource(t)
      const answer = await gateway.authorise(testRequest({ pan, purpose }))
      assert.deepEqual([answer.status, 'reason' in answer && answer.reason], ['declined', reason])
      assert.deepEqual(ledger.moved(), {})
      misbehave('closes', { of: /payments$/ })
      const lost = testRequest({ pan, purpose, idempotencyKey: 'lost' })
      await assert.rejects(gateway.authorise(lost))
      assert.equal(Object.keys(ledger.moved()).length, 1)
      const found = await create().reconcile(askedBefore(lost, clock.now()))
      assert.deepEqual([found?.status, found && 'reason' in found && found.reason], ['declined', reason])
      assert.deepEqual(ledger.moved(), {})
      assert.equal(partsAllowed(), 0, 'the request forbids it')
    })
  }
}

test('a sale of which nobody knows whether it was taken is none: what is held is voided', async (t) => {
  const { gateway, ledger, clock } = await startCybersource(t)
  const request = testRequest({ pan: '4000000000000630' })
  await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' }, 'it is offered to be captured')
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.equal(found?.status, 'declined')
  assert.deepEqual(ledger.moved(), {})
})

for (const [what, change] of [
  ['less, whatever the status', (sum: Sum) => ({ ...sum, authorizedAmount: '12.39' })],
  ['nothing at all', (sum: Sum) => ({ ...sum, authorizedAmount: '0.00' })],
] as const) {
  test(`what the bank authorised is ${what}: it is no payment`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    misbehave(withSum(change), { of: /payments$/ })
    const answer = await gateway.authorise(testRequest({ purpose: 'authorise' }))
    assert.equal(answer.status, 'declined')
  })
}

for (const [what, change] of [
  [
    'the sum that was asked for alone',
    ({ currency = '', totalAmount = '12.40' }: Sum) => ({ currency, totalAmount }),
  ],
  ['a sum without a currency', ({ authorizedAmount = '' }: Sum) => ({ authorizedAmount })],
] as const) {
  test(`${what} is no evidence, in the answer and in what is found`, async (t) => {
    const { gateway, misbehave, clock, ledger } = await startCybersource(t)
    const request = testRequest()
    misbehave(withSum(change), { of: /payments$/ })
    await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
    misbehave(withSum(change), { of: transaction })
    assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
    assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'approved')
    assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  })
}

test('more than was ordered, or another currency, is handed on as it is: nobody believes it', async (t) => {
  const { gateway, misbehave, ledger } = await startCybersource(t)
  for (const [at, sum] of [
    { authorizedAmount: '12.41', currency: 'GBP' },
    { authorizedAmount: '12.40', currency: 'EUR' },
    { authorizedAmount: '1.00', currency: 'EUR' },
  ].entries()) {
    misbehave(
      withSum(() => sum),
      { of: /payments$/ },
    )
    const answer = await gateway.authorise(testRequest({ idempotencyKey: `other-${at}` }))
    assert.equal('amount' in answer && answer.amount?.currency, sum.currency)
    assert.notDeepEqual('amount' in answer && answer.amount, { amountMinor: 1240, currency: 'GBP' })
  }
  assert.equal(ledger.counted.voided, 0)
})

const changed =
  (change: (application: Readonly<Record<string, unknown>>) => object, overall: object = {}) =>
  (answer: { readonly status: number; readonly body: unknown }) => {
    const body = answer.body as {
      readonly applicationInformation: { readonly applications: readonly Readonly<Record<string, unknown>>[] }
    }
    const { applicationInformation: all } = body
    const applications = all.applications.map(change)
    return { ...answer, body: { ...body, applicationInformation: { ...all, ...overall, applications } } }
  }

for (const [what, change, overall] of [
  ['its reason code', (each: object) => ({ ...each, reasonCode: 110 }), {}],
  ['its flag', (each: object) => ({ ...each, rFlag: 'SPARTIALAPPROVAL' }), {}],
  ['the reason of the whole', (each: object) => each, { reasonCode: '110', rCode: '0' }],
] as const) {
  test(`a part that is told by ${what} is voided, whatever the sums say`, async (t) => {
    const { gateway, misbehave, clock, ledger } = await startCybersource(t)
    const request = testRequest({ purpose: 'authorise' })
    await gateway.authorise(request)
    misbehave(changed(change, overall), { of: transaction })
    assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'declined')
    assert.deepEqual(ledger.moved(), {})
  })
}

test('a sale that is declined as a whole though it was taken is refunded', async (t) => {
  const { gateway, misbehave, clock, ledger } = await startCybersource(t)
  const request = testRequest()
  await gateway.authorise(request)
  misbehave(
    changed((each) => each, { rCode: 0, reasonCode: 233 }),
    { of: transaction },
  )
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual([found?.status, found && 'gatewayCode' in found && found.gatewayCode], ['declined', '233'])
  assert.deepEqual(ledger.moved(), {})
  assert.deepEqual({ ...ledger.counted }, { authorised: 1, captured: 1, voided: 0, refunded: 1 })
})

for (const [what, bill] of [
  ['declined', { rCode: '0', reasonCode: '233' }],
  ['left open by an error', { rCode: '-1', reasonCode: '150' }],
  ['not run at all', { name: 'ics_other' }],
] as const) {
  test(`a sale whose capture was ${what} is none, though the whole is said to have succeeded`, async (t) => {
    const { gateway, misbehave, clock, ledger } = await startCybersource(t)
    const request = testRequest()
    await gateway.authorise(request)
    const isBill = (each: Readonly<Record<string, unknown>>) => each.name === 'ics_bill'
    misbehave(
      changed((each) => (isBill(each) ? { ...each, ...bill } : each), { rCode: '1' }),
      { of: transaction },
    )
    const requestedAt = clock.now() - 700_000
    assert.equal((await gateway.reconcile(askedBefore(request, requestedAt)))?.status, 'declined')
    assert.deepEqual(ledger.moved(), {})
  })
}

test('a sale whose capture is not written down yet is left alone', async (t) => {
  const { gateway, misbehave, clock, ledger } = await startCybersource(t)
  const request = testRequest()
  await gateway.authorise(request)
  misbehave(
    changed((each) => (each.name === 'ics_bill' ? { name: 'ics_other' } : each)),
    { of: transaction },
  )
  const asked = askedBefore(request, clock.now())
  assert.equal(await gateway.reconcile(asked), undefined)
  assert.equal((await gateway.reconcile(asked))?.status, 'approved')
  assert.equal(ledger.counted.refunded + ledger.counted.voided, 0)
})

for (const code of [150, '151', '152', '250']) {
  test(`a decline that reports an internal failure (${code}) is none: the bank may have said yes`, async (t) => {
    const { gateway, misbehave, clock } = await startCybersource(t)
    const request = testRequest()
    await gateway.authorise(request)
    const failed = { rCode: '0', reasonCode: code }
    misbehave(
      changed((each) => ({ ...each, ...failed }), failed),
      { of: transaction },
    )
    assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
  })
}

for (const reason of ['PROCESSOR_TIMEOUT', 'SERVICE_TIMEOUT', 'SYSTEM_ERROR', 'PROCESSOR_UNAVAILABLE']) {
  test(`DECLINED as ${reason} leaves the outcome open`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    const body = { id: '7000000000000000000007', status: 'DECLINED', errorInformation: { reason } }
    misbehave(() => ({ status: 201, body }))
    await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  })
}

test('what is already reversed or settled comes to a definite end', async (t) => {
  const { gateway, misbehave, clock, ledger } = await startCybersource(t)
  const request = testRequest({ pan: '4100000000000019' })
  const refused = { status: 'INVALID_REQUEST', reason: 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED' }
  misbehave(() => ({ status: 400, body: refused }), { of: /reversals$/, carriesOut: false })
  const answer = await gateway.authorise(request)
  assert.deepEqual([answer.status, 'reason' in answer && answer.reason], ['declined', 'suspected-fraud'])
  await clock.leap(700_000)
  misbehave(() => ({ status: 400, body: refused }), { of: /reversals$/ })
  assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'declined')
  assert.deepEqual(ledger.moved(), {})
})

for (const [what, first] of [
  ['the first is found too', true],
  ['the first is not found yet', false],
] as const) {
  test(`a second request that was refused for being one says nothing of the first: ${what}`, async (t) => {
    const { gateway, misbehave, clock } = await startCybersource(t)
    const request = testRequest()
    await gateway.authorise(request)
    misbehave(
      ({ status, body }) => {
        const { transactionSummaries } = (body as { _embedded: { transactionSummaries: readonly object[] } })
          ._embedded
        const duplicate = {
          ...transactionSummaries[0],
          applicationInformation: {
            rCode: '0',
            reasonCode: '104',
            applications: [{ name: 'ics_auth', rCode: '0', reasonCode: '104' }],
          },
        }
        const found = [duplicate, ...(first ? transactionSummaries : [])]
        return { status, body: { _embedded: { transactionSummaries: found } } }
      },
      { of: /searches$/ },
    )
    const found = await gateway.reconcile(askedBefore(request, clock.now()))
    assert.equal(found?.status, first ? 'approved' : undefined)
  })
}

for (const [what, kind, status] of [
  ['reversed', 'void', 'done'],
  ['captured', 'capture', 'refused'],
  ['neither, as far as is known', undefined, 'refused'],
] as const) {
  test(`a void of what is reversed or settled, and was ${what}: ${status}`, async (t) => {
    const { gateway, misbehave, create } = await startCybersource(t)
    const answer = await gateway.authorise(testRequest({ purpose: 'authorise' }))
    const reference = ('gatewayReference' in answer && answer.gatewayReference) || ''
    if (kind) await gateway[kind](testFollowUp(reference, { kind, idempotencyKey: 'before' }))
    const refused = { status: 'INVALID_REQUEST', reason: 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED' }
    misbehave(() => ({ status: 400, body: refused }), { of: /reversals$/, carriesOut: false })
    assert.equal((await create().void(testFollowUp(reference, { kind: 'void' }))).status, status)
  })
}

test('a charge of nothing is no sale', async (t) => {
  const { gateway, asked } = await startCybersource(t)
  const answer = await gateway.authorise(testRequest({ order: { amountMinor: 0, currency: 'GBP' } }))
  assert.deepEqual([answer.status, 'captured' in answer && answer.captured], ['approved', false])
  assert.equal(JSON.parse(String(asked[0]?.body)).processingInformation.capture, false)
})

for (const [kind, named] of [
  ['capture', { orderInformation: { amountDetails: { totalAmount: '3.00', currency: 'GBP' } } }],
  ['void', { reversalAmountDetails: { reversedAmount: '3.00', currency: 'GBP' } }],
  ['refund', { refundAmountDetails: { refundAmount: '3.00', currency: 'GBP' } }],
] as const) {
  test(`a ${kind} that is answered with a part of its sum is not done`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    const purpose = kind === 'refund' ? 'charge' : 'authorise'
    const answer = await gateway.authorise(testRequest({ purpose }))
    assert.ok('gatewayReference' in answer && answer.gatewayReference)
    misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...named } }), {
      of: /(capture|reversal|refund)s$/,
    })
    const order = {
      idempotencyKey: `${key}-${kind}`,
      gatewayReference: answer.gatewayReference,
      paymentKey: key,
      amount: { amountMinor: 1240, currency: 'GBP' },
      authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: kind === 'refund' },
      signal: new AbortController().signal,
    }
    await assert.rejects(gateway[kind](order), { name: 'UnclearAnswer' })
  })
}

for (const reason of ['REASON_OF_TOMORROW', 'EXCEEDS_AUTH_AMOUNT']) {
  test(`a payment that is refused as ${reason} is not known to have moved nothing`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    misbehave(() => ({ status: 400, body: { status: 'INVALID_REQUEST', reason } }))
    await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  })
}
