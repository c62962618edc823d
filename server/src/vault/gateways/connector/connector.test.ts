import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { isWebhookSecret } from '../../../base/signing/standard-webhooks.ts'
import {
  type AtBank,
  type GatewayAnswer,
  type GatewayChallenge,
  type NotFound,
  NotSent,
} from '../../model/gateway.ts'
import type { Misbehaviour } from '../test-double.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest } from '../test-request.ts'
import { connector } from './connector.ts'
import { connectorCards, connectorSecret, startConnectorDouble } from './double/test-connector.ts'

const key = testRequest().idempotencyKey
const ecommerce = { channel: 'ecommerce', pan: connectorCards.asksTheBank } as const

async function start(t: TestContext, settings: object = {}) {
  const double = await startConnectorDouble()
  t.after(() => double.close())
  const clock = createMovableClock()
  const { send, bodies } = outgoingFor(t, { clock })
  const gateway = connector.create({
    settings: { url: `${double.url}/tonegate`, secrets: [connectorSecret], ...settings } as never,
    send,
    sendInside: send,
    clock,
  })
  return { ...double, gateway, bodies, clock }
}

function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  return answer as Extract<GatewayAnswer, { status: 'approved' }>
}

test('a payment is asked for with a signature, a key and everything that an endpoint needs', async (t) => {
  const { gateway, asked, ledger } = await start(t)
  const request = testRequest({
    initialValues: { FirstName: 'Jöhn', Note: null },
    challengeReturnUrl: 'https://x/y',
  })
  const answer = approved(await gateway.authorise(request))
  const [first] = asked
  assert.equal(first?.path, '/tonegate/authorise')
  assert.deepEqual(JSON.parse(String(first?.body)), {
    version: 1,
    operation: 'authorise',
    idempotencyKey: key,
    purpose: 'charge',
    channel: 'moto',
    amount: { amountMinor: 1240, currency: 'GBP' },
    reference: 'order-1',
    initialValues: { FirstName: 'Jöhn', Note: null },
    timeoutSeconds: 30,
    challengeReturnUrl: 'https://x/y',
    card: {
      brand: 'visa',
      number: connectorCards.approved,
      expiryMonth: '12',
      expiryYear: '30',
      securityCode: '737',
    },
  })
  assert.equal(first?.headers['webhook-id'], `authorise-${key}`)
  assert.equal(answer.captured, true)
  assert.deepEqual(answer.amount, { amountMinor: 1240, currency: 'GBP' })
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a card without a security code goes without one', async (t) => {
  const { gateway, asked } = await start(t)
  approved(await gateway.authorise(testRequest({ securityCode: '' })))
  const { card } = JSON.parse(String(asked[0]?.body))
  assert.deepEqual(Object.keys(card), ['brand', 'number', 'expiryMonth', 'expiryYear'])
})

test('the digits are in no text, their body is overwritten, and a repeated number is masked', async (t) => {
  const { gateway, bodies } = await start(t)
  const request = testRequest()
  const asked = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.expiry.wipe()
  request.card.securityCode?.wipe()
  const answer = approved(await asked)
  assert.ok(bodies.length === 1 && bodies[0]?.every((byte) => byte === 0))
  assert.deepEqual(answer.details, { bank: 'Harbour Bank', cardNumber: '************4242' })
})

test('a process that did not send the card masks what could be its number', async (t) => {
  const { gateway, misbehave, clock } = await start(t)
  const details = {
    said: `card ${connectorCards.approved} of 1234567890123`,
    trace: '4242424242424242424242',
  }
  misbehave(() => ({ status: 200, body: approval({ details }) }))
  const found = approved(await gateway.reconcile(askedBefore(testRequest(), clock.now())))
  assert.deepEqual(found.details, { ...details, said: 'card ************4242 of 1234567890123' })
})

test('asked twice with one key it is charged once, and answers the same', async (t) => {
  const { gateway, ledger } = await start(t)
  const first = await gateway.authorise(testRequest())
  assert.deepEqual(await gateway.authorise(testRequest()), first)
  assert.equal(ledger.counted.authorised, 1)
})

test('a decline has its reason and code', async (t) => {
  const { gateway, ledger } = await start(t)
  assert.deepEqual(await gateway.authorise(testRequest({ pan: connectorCards.declined })), {
    status: 'declined',
    reason: 'insufficient-funds',
    gatewayCode: '51',
  })
  assert.deepEqual(ledger.moved(), {})
})

test('what is held is captured, voided or refunded, each once for its key', async (t) => {
  const { gateway, ledger } = await start(t)
  const held = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  assert.equal(held.captured, false)
  const capture = testFollowUp(held.gatewayReference, {
    kind: 'capture',
    amount: { amountMinor: 1000, currency: 'GBP' },
  })
  assert.deepEqual(await gateway.capture(capture), { status: 'done' })
  assert.deepEqual(await gateway.capture(capture), { status: 'done' })
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1000 } })
  const refused = { status: 'refused', gatewayCode: 'not-possible' }
  assert.deepEqual(await gateway.void(testFollowUp(held.gatewayReference, { kind: 'void' })), refused)
  const refund = testFollowUp(held.gatewayReference, {
    kind: 'refund',
    amount: { amountMinor: 1000, currency: 'GBP' },
  })
  assert.deepEqual(await gateway.refund(refund), { status: 'done' })
  assert.deepEqual(await gateway.refund(refund), { status: 'done' })
  assert.deepEqual(ledger.moved(), {})
  assert.deepEqual({ ...ledger.counted }, { authorised: 1, captured: 1, voided: 0, refunded: 1 })
})

test('a card that is kept has a token and moves no money', async (t) => {
  const { gateway, ledger } = await start(t)
  assert.equal(approved(await gateway.authorise(testRequest({ purpose: 'tokenise' }))).token, 'card-1')
  assert.deepEqual(ledger.moved(), {})
})

test('an endpoint is told that a card is only to be verified', async (t) => {
  const { gateway, ledger } = await start(t)
  const order = { amountMinor: 0, currency: 'GBP' }
  const answer = approved(await gateway.authorise(testRequest({ purpose: 'verify', order })))
  assert.deepEqual([answer.captured, answer.token], [false, undefined])
  assert.deepEqual(ledger.moved(), {})
})

test('the customer’s bank decides; who does not come back has not paid', async (t) => {
  for (const [answer, status] of [
    [{ reference: 'question-1', decision: 'confirmed' }, 'approved'],
    [{ decision: 'confirmed' }, 'declined'],
    [{ reference: 'question-1', decision: 'refused' }, 'declined'],
    ['abandoned', 'declined'],
  ] as const) {
    const { gateway, ledger } = await start(t)
    assert.deepEqual(await gateway.authorise(testRequest(ecommerce)), {
      status: 'challenge',
      challenge: { url: 'https://bank.example.com/ask', fields: { reference: 'question-1' } },
    })
    const { signal } = testRequest()
    const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
    assert.equal(completed?.status, status)
    assert.equal(Object.keys(ledger.moved()).length, status === 'approved' ? 1 : 0)
  }
})

test('that a payment waits for its customer is known until it has been decided on', async (t) => {
  const { gateway, clock } = await start(t)
  const request = testRequest(ecommerce)
  const { signal } = request
  await gateway.authorise(request)
  const look = () => gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual(await look(), { status: 'at-bank' })
  await gateway.completeChallenge?.({ idempotencyKey: key, answer: 'abandoned', signal })
  assert.equal((await look())?.status, 'declined')
})

test('the bank’s yes for one payment is not passed on for another, and approves none but its own', async (t) => {
  const { gateway, ledger, asked } = await start(t)
  const { signal } = testRequest()
  const order = { amountMinor: 99_900, currency: 'GBP' }
  await gateway.authorise(testRequest(ecommerce))
  await gateway.authorise(testRequest({ ...ecommerce, order, idempotencyKey: 'other' }))
  const yes = { reference: 'question-1', decision: 'confirmed' }
  const declined = await gateway.completeChallenge?.({ idempotencyKey: 'other', answer: yes, signal })
  assert.equal(declined?.status, 'declined')
  const { outcome, answer } = JSON.parse(String(asked.at(-1)?.body))
  assert.deepEqual([outcome, answer], ['abandoned', undefined])
  assert.deepEqual(ledger.moved(), {})
  approved(await gateway.completeChallenge?.({ idempotencyKey: key, answer: yes, signal }))
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('an answer that names the key of another request is not believed', async (t) => {
  const { gateway, clock, misbehave } = await start(t)
  const named = (idempotencyKey: string) =>
    misbehave(({ status, body }) => ({ status, body: { ...(body as object), idempotencyKey } }))
  named('other')
  await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  named(key)
  const { gatewayReference } = approved(await gateway.reconcile(askedBefore(testRequest(), clock.now())))
  named(key)
  const refund = testFollowUp(gatewayReference, { kind: 'refund' })
  await assert.rejects(gateway.refund(refund), { name: 'UnclearAnswer' }, 'that is the key of the payment')
  named(refund.idempotencyKey)
  assert.deepEqual(await gateway.refund(refund), { status: 'done' })
})

test('what became of a payment is asked anew each time, and may not be known', async (t) => {
  const { gateway, asked, clock } = await start(t)
  const request = testRequest()
  assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), { status: 'not-found' })
  await clock.advance(1000)
  const answer = await gateway.authorise(request)
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual({ ...found, details: undefined }, { ...answer, details: undefined })
  const ids = asked.map(({ headers }) => headers['webhook-id'])
  assert.equal(new Set(ids).size, 3)
})

for (const [what, misbehaviour] of [
  ['HTML', 'html'],
  ['broken JSON', 'broken-json'],
  ['a closed connection', 'closes'],
  ['half an answer', 'half'],
  ['an error with status 200', () => ({ status: 200, body: { error: 'out of order' } })],
  ['an approval that does not say what it is of', () => ({ status: 200, body: { status: 'approved' } })],
  ['an approval with status 500', (right) => ({ ...right, status: 500 })],
  ['a refused signature', () => ({ status: 401, body: {} })],
  ['a redirect', () => ({ status: 307, headers: { location: 'http://127.0.0.1:9/' }, body: '' })],
  ['a list', (right) => ({ ...right, body: [right.body] })],
  [
    'an amount that is no number',
    () => ({ status: 200, body: approval({ amount: { amountMinor: '1', currency: 'GBP' } }) }),
  ],
  ['a detail that is too long', () => ({ status: 200, body: approval({ details: { a: 'x'.repeat(257) } }) })],
  ['too many details', () => ({ status: 200, body: approval({ details: manyDetails }) })],
  ['an unknown reason', () => ({ status: 200, body: { status: 'declined', reason: 'bad-mood' } })],
  [
    'a challenge without TLS to a bank',
    () => ({ status: 200, body: { status: 'challenge', challenge: { url: 'ftp://x', fields: {} } } }),
  ],
  ['an answer that does not end', () => ({ status: 200, body: `"${'x'.repeat(70_000)}"` })],
] satisfies readonly (readonly [string, Misbehaviour])[]) {
  test(`after ${what} nobody says what became of the money, until it is found`, async (t) => {
    const { gateway, clock, ledger, misbehave } = await start(t)
    misbehave(misbehaviour)
    const request = testRequest()
    await assert.rejects(gateway.authorise(request), (error: Error) => {
      assert.ok(!(error instanceof NotSent))
      assert.doesNotMatch(`${error.message} ${error.stack}`, /4242|1230|737/)
      return true
    })
    const found = approved(await gateway.reconcile(askedBefore(request, clock.now())))
    assert.equal(found.captured, true)
    assert.equal(ledger.counted.authorised, 1)
  })
}

const approval = (changes: object) => ({
  status: 'approved',
  gatewayReference: 'x',
  authorisationCode: 'y',
  captured: true,
  amount: { amountMinor: 1240, currency: 'GBP' },
  ...changes,
})
const manyDetails = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`d${index}`, 'x']))

test('a late answer is heard, a second one is not, and an answer that never comes ends', async (t) => {
  const { gateway, clock, misbehave, answerLate, asked, ledger } = await start(t)
  misbehave('late')
  const late = gateway.authorise(testRequest())
  await until(() => asked.length >= 1)
  await clock.advance(40_000)
  answerLate()
  approved(await late)
  misbehave('twice')
  const other = testRequest({ idempotencyKey: 'other' })
  approved(await gateway.authorise(other))
  approved(await gateway.reconcile(askedBefore(other, clock.now())))
  misbehave('never')
  const never = gateway.authorise(testRequest({ idempotencyKey: 'never' }))
  await until(() => asked.length >= 4)
  await Promise.all([assert.rejects(never, { name: 'NoAnswer' }), clock.advance(90_000)])
  assert.equal(ledger.counted.authorised, 3)
})

test('a 4xx in the schema’s words is a failure of a new payment, and of nothing else', async (t) => {
  const { gateway, misbehave, clock } = await start(t)
  const words = { status: 'error', gatewayCode: 'wrong-signature' }
  misbehave(() => ({ status: 401, body: words }), { carriesOut: false })
  assert.deepEqual(await gateway.authorise(testRequest()), words)
  for (const [status, body] of [
    [401, { status: 'approved' }],
    [500, words],
    [409, words],
  ] as const) {
    misbehave(() => ({ status, body }), { carriesOut: false })
    await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  }
  misbehave(() => ({ status: 401, body: words }))
  await assert.rejects(gateway.reconcile(askedBefore(testRequest(), clock.now())), { name: 'UnclearAnswer' })
  misbehave(() => ({ status: 401, body: words }))
  await assert.rejects(gateway.void(testFollowUp('x', { kind: 'void' })), { name: 'UnclearAnswer' })
})

test('members that the schema does not name are not read', async (t) => {
  const { gateway, misbehave } = await start(t)
  misbehave(() => ({
    status: 200,
    body: approval({ __proto__: { x: 1 }, colour: 'red', gatewayCode: '00' }),
  }))
  assert.deepEqual(Object.keys(await gateway.authorise(testRequest())).sort(), [
    ...['amount', 'authorisationCode', 'captured', 'gatewayCode', 'gatewayReference', 'status'],
  ])
})

test('nothing is sent where nobody listens, and to an endpoint that is not asked for by its own name', async (t) => {
  const { gateway, close } = await start(t)
  await close()
  await assert.rejects(gateway.authorise(testRequest()), NotSent)
})

test('each request is signed with every secret, so that one can be exchanged', async (t) => {
  const next = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
  assert.ok(isWebhookSecret(next) && isWebhookSecret(connectorSecret))
  const { gateway, refusals } = await start(t, { secrets: [next, connectorSecret] })
  approved(await gateway.authorise(testRequest()))
  const unknown = await start(t, { secrets: [next] })
  await assert.rejects(unknown.gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  assert.deepEqual([refusals, unknown.refusals], [[], ['signature']])
})

test('an endpoint inside the operator’s network is reached only where the settings say so', async (t) => {
  const double = await startConnectorDouble()
  t.after(() => double.close())
  const { send } = outgoingFor(t)
  const ways: string[] = []
  const way =
    (name: string): typeof send =>
    (request) => {
      ways.push(name)
      return send(request)
    }
  for (const insideNetwork of [undefined, false, true]) {
    const settings = { url: double.url, secrets: [connectorSecret], insideNetwork }
    const parts = { send: way('outside'), sendInside: way('inside'), clock: createMovableClock() }
    await connector.create({ ...parts, settings: settings as never }).authorise(testRequest())
  }
  assert.deepEqual(ways, ['outside', 'outside', 'inside'])
})

test('a kept card is asked for by its token alone, and says who asks', async (t) => {
  const { gateway, asked, ledger } = await start(t)
  const { card: _, ...request } = testRequest()
  const answer = approved(
    await gateway.authoriseKept?.({ ...request, token: 'card-1', initiator: 'merchant' }),
  )
  const { operation, token, initiator, card } = JSON.parse(String(asked[0]?.body))
  assert.deepEqual(
    [asked[0]?.path, operation, token, initiator, card],
    ['/tonegate/authorise-kept', 'authorise-kept', 'card-1', 'merchant', undefined],
  )
  assert.equal(answer.captured, true)
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a check finds out whether an endpoint knows the signature, and what only a payment shows', async (t) => {
  const signal = new AbortController().signal
  const right = await start(t)
  const points = (await right.gateway.check?.(signal)) ?? []
  assert.deepEqual(
    points.map(({ what, state }) => [what, state]),
    [
      ['credentials', 'in-order'],
      ['raw-cards', 'unknown'],
      ['moto', 'unknown'],
      ['kept-cards', 'unknown'],
      ['notifications', 'unknown'],
    ],
  )
  assert.deepEqual(right.ledger.moved(), {})
  const wrong = await start(t, { secrets: [`whsec_${Buffer.alloc(32, 9).toString('base64')}`] })
  assert.equal((await wrong.gateway.check?.(signal))?.[0]?.state, 'wrong')
  const nowhere = await start(t, { url: 'http://127.0.0.1:9/tonegate' })
  assert.equal((await nowhere.gateway.check?.(signal))?.[0]?.state, 'wrong')
})
