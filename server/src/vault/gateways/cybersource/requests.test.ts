import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorisationRequest, KeptCardRequest } from '../../model/gateway.ts'
import { purposes } from '../../model/launch.ts'
import type { DoubleRequest } from '../test-double.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest } from '../test-request.ts'
import { cybersourceSettings } from './double/test-authentication.ts'
import { faultsOf, type ModelName } from './double/test-models.ts'
import { authenticatedCards } from './double/test-payer-authentication.ts'
import { startCybersource } from './double/test-start.ts'
import { authenticatedSend } from './messages/authenticated-send.ts'

const { signal } = new AbortController()

const browser = {
  acceptHeader: '*/*',
  userAgent: 'Mozilla/5.0',
  language: 'pl',
  javaScriptEnabled: true,
  javaEnabled: false,
  colorDepth: 30,
  screenHeight: 800,
  screenWidth: 1200,
  timeZoneOffset: 0,
}

const address = {
  FirstName: 'Ada',
  Surname: 'King',
  Email: 'ada@example.com',
  CustomerPhoneNumber: '+442071234567',
  Street1: '1 Harbour Street',
  City: 'Bristol',
  Postcode: 'BS1 4RW',
  State: 'Avon',
  Country: 'GB',
}

/** Which model of the SDK each request is of. */
const modelOf = ({ path }: DoubleRequest): ModelName | undefined =>
  (
    [
      [/^\/pts\/v2\/payments$/, 'payment'],
      [/\/captures$/, 'capture'],
      [/\/payments\/\d+\/reversals$/, 'reversal'],
      [/\/refunds$/, 'refund'],
      [/^\/pts\/v2\/voids$/, 'timeoutVoid'],
      [/^\/pts\/v2\/reversals$/, 'timeoutReversal'],
      [/^\/tss\/v2\/searches$/, 'search'],
      [/authentication-setups$/, 'setup'],
      [/v1\/authentications$/, 'enrol'],
      [/authentication-results$/, 'validate'],
      [/flex\/v2\/sessions$/, 'flexSession'],
    ] as const
  ).find(([pattern]) => pattern.test(path))?.[1]

test('every request that can be sent is valid by the vendor’s models', async (t) => {
  const started = await startCybersource(t, {
    threeDSecure: 'payer-authentication',
    statementDescriptor: 'HARBOUR BOOKS',
  })
  const names = Array.from({ length: 200 }, (_, at) => `key-${at}`)
  const next = () => names.pop() ?? ''
  await askForPayments(started, next)
  await askAtBank(started, next)
  await askWithKeptCard(started, next)
  await askForFollowUps(started, next)
  await askWhatBecame(started, next)
  await started.gateway.check?.(signal)

  const seen = new Set<string>()
  for (const request of started.asked.filter(({ method }) => method === 'POST')) {
    const model = modelOf(request)
    if (request.path === '/flex/v2/tokens') continue
    assert.ok(model, request.path)
    seen.add(model)
    assert.deepEqual(faultsOf(model, JSON.parse(String(request.body))), [], request.path)
  }
  assert.equal(seen.size, 11, 'each kind of request was sent')
})

type Started = Awaited<ReturnType<typeof startCybersource>>

/** With every purpose, channel, address and security code. */
async function askForPayments({ gateway }: Started, next: () => string): Promise<void> {
  for (const purpose of purposes) {
    for (const channel of ['moto', 'ecommerce'] as const) {
      for (const initialValues of [{}, address]) {
        for (const securityCode of ['737', '']) {
          const request = { purpose, channel, initialValues, securityCode, idempotencyKey: next() }
          const isOnPage = channel === 'ecommerce'
          const page = { browser, clientAddress: '192.0.2.7', challengeReturnUrl: 'https://pay.test/back' }
          const answer = await gateway.authorise(testRequest({ ...request, ...(isOnPage && page) }))
          assert.equal(answer.status, 'approved', JSON.stringify([purpose, channel, answer]))
        }
      }
    }
  }
}

async function askAtBank({ gateway, create, bank }: Started, next: () => string): Promise<void> {
  for (const purpose of ['charge', 'tokenise'] as const) {
    const request: AuthorisationRequest = testRequest({
      channel: 'ecommerce',
      browser,
      clientAddress: '192.0.2.7',
      challengeReturnUrl: 'https://pay.test/b',
      pan: authenticatedCards.asks,
      purpose,
      idempotencyKey: next(),
    })
    const challenged = await gateway.authorise(request)
    assert.equal(challenged.status, 'challenge')
    const answer = await create().completeChallenge?.({
      idempotencyKey: request.idempotencyKey,
      signal,
      answer: {
        ...bank.decide('confirms'),
        MD: (challenged.status === 'challenge' && challenged.challenge.fields.MD) || '',
      },
    })
    assert.equal(answer?.status, 'approved')
  }
}

async function askWithKeptCard({ gateway, create }: Started, next: () => string): Promise<void> {
  const kept = await gateway.authorise(testRequest({ purpose: 'tokenise', idempotencyKey: next() }))
  const token = (kept.status === 'approved' && kept.token) || ''
  for (const initiator of ['customer', 'merchant'] as const) {
    for (const agreement of ['unscheduled', 'recurring'] as const) {
      for (const purpose of ['charge', 'authorise', 'verify'] as const) {
        for (const tokenType of ['customer', 'paymentInstrument', 'instrumentIdentifier'] as const) {
          const { card: _, ...request } = testRequest({
            purpose,
            idempotencyKey: next(),
            initialValues: address,
          })
          const asks: KeptCardRequest = { ...request, token, initiator }
          await create({ agreement, tokenType })
            .authoriseKept?.(asks)
            .catch(() => {})
        }
      }
    }
  }
}

async function askForFollowUps({ gateway }: Started, next: () => string): Promise<void> {
  for (const kind of ['capture', 'void', 'refund'] as const) {
    const held = await gateway.authorise(testRequest({ purpose: 'authorise', idempotencyKey: next() }))
    const reference = ('gatewayReference' in held && held.gatewayReference) || ''
    const sum = { amountMinor: 1240, currency: 'GBP' }
    const authorised = { amount: sum, captured: false }
    const order = { authorised, idempotencyKey: next() }
    if (kind === 'refund')
      await gateway.capture(testFollowUp(reference, { kind: 'capture', ...order, idempotencyKey: next() }))
    assert.equal((await gateway[kind](testFollowUp(reference, { kind, ...order }))).status, 'done')
  }
  const sale = await gateway.authorise(testRequest({ idempotencyKey: next() }))
  const reference = ('gatewayReference' in sale && sale.gatewayReference) || ''
  assert.equal(
    (await gateway.refund(testFollowUp(reference, { kind: 'refund', idempotencyKey: next() }))).status,
    'done',
  )
  await gateway.authorise(testRequest({ pan: '4000000000000580', idempotencyKey: next() }))
}

/** The search is so far behind that what was asked for is voided without it. */
async function askWhatBecame({ gateway, clock, searchIsBehind }: Started, next: () => string): Promise<void> {
  searchIsBehind(100 * 3_600_000)
  for (const purpose of ['charge', 'authorise'] as const) {
    const request = testRequest({ purpose, idempotencyKey: next() })
    const requestedAt = clock.now()
    await gateway.authorise(request)
    await clock.leap(2 * 3_600_000)
    const found = await gateway.reconcile({ ...askedBefore(request, requestedAt), lateApproval: 'void' })
    assert.equal(found && 'gatewayCode' in found && found.gatewayCode, 'undone')
  }
}

for (const [what, body, fault] of [
  [
    'a member that there is not',
    { paymentInformation: { card: { cvv: '737' } } },
    'paymentInformation.card.cvv',
  ],
  [
    'a value of another kind',
    { processingInformation: { capture: 'true' } },
    'processingInformation.capture',
  ],
  [
    'a value that is not listed',
    { processingInformation: { commerceIndicator: 'telephone' } },
    'processingInformation.commerceIndicator',
  ],
] as const) {
  test(`the models notice ${what}, and so does the double`, async (t) => {
    assert.deepEqual(
      faultsOf('payment', body).map((each) => each.split(' ')[0]),
      [fault],
    )
    const { url, clock } = await startCybersource(t)
    const { send } = outgoingFor(t, { clock })
    const answer = await authenticatedSend(cybersourceSettings, {
      send,
      now: clock.now,
      newId: () => 'once',
    })({
      method: 'POST',
      url: new URL('/pts/v2/payments', url),
      headers: {},
      timeoutMilliseconds: 10_000,
      body: Buffer.from(JSON.stringify(body)),
    })
    assert.deepEqual([answer.status, JSON.parse(String(answer.body)).reason], [400, 'INVALID_DATA'])
  })
}
