import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { KeptCardRequest } from '../../model/gateway.ts'
import { NotSent } from '../../model/gateway.ts'
import { outgoingFor, testRequest, testSender } from '../test-request.ts'
import { type AdyenSettings, createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, merchantAccount, startAdyenDouble } from './double/test-adyen.ts'
import { readToken, tokenOf } from './kept-card-token.ts'

const adyen = await startAdyenDouble()
const silent = await startAdyenDouble({ tellsTokens: false })
test.after(() => Promise.all([adyen.close(), silent.close()]))

const gatewayFor = (t: TestContext, settings: Partial<AdyenSettings> = {}) =>
  createAdyenGateway({
    settings: { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url, ...settings },
    send: outgoingFor(t).send,
  })

let made = 0
const newKey = () => {
  made += 1
  return `01990000-0000-7000-8000-${String(made).padStart(12, '0')}-1`
}

async function keep(t: TestContext): Promise<string> {
  const request = testRequest({ purpose: 'tokenise', idempotencyKey: newKey() })
  const answer = await gatewayFor(t).authorise(request)
  assert.ok(answer.status === 'approved' && answer.token !== undefined)
  return answer.token
}

function keptRequest(token: string, more: Partial<KeptCardRequest> = {}): KeptCardRequest {
  const { card: _, ...request } = testRequest({ idempotencyKey: newKey() })
  return { ...request, token, initiator: 'customer', ...more }
}

const lastBody = () => JSON.parse(adyen.asked.at(-1)?.body.toString() ?? '')

test('a kept card is charged by its token alone, and money moves once', async (t) => {
  const token = await keep(t)
  const gateway = gatewayFor(t)
  const request = keptRequest(token)
  const answer = await gateway.authoriseKept?.(request)
  assert.ok(answer?.status === 'approved')
  assert.deepEqual([answer.captured, answer.amount], [true, { amountMinor: 1240, currency: 'GBP' }])
  assert.deepEqual(await gateway.authoriseKept?.(request), answer)
  assert.deepEqual(adyen.ledger.moved()[request.idempotencyKey], { currency: 'GBP', held: 0, taken: 1240 })
  const { paymentMethod, shopperReference, storePaymentMethod } = lastBody()
  const { storedPaymentMethodId, shopperReference: kept } = readToken(token) ?? {}
  assert.deepEqual(paymentMethod, { type: 'scheme', storedPaymentMethodId })
  assert.deepEqual([shopperReference, storePaymentMethod], [kept, undefined])
})

for (const [initiator, channel, setting, interaction, model] of [
  ['customer', 'moto', 'CardOnFile', 'Moto', 'CardOnFile'],
  ['customer', 'ecommerce', 'CardOnFile', 'ContAuth', 'CardOnFile'],
  ['customer', 'moto', 'Subscription', 'Moto', 'CardOnFile'],
  ['merchant', 'moto', 'CardOnFile', 'ContAuth', 'UnscheduledCardOnFile'],
  ['merchant', 'moto', 'UnscheduledCardOnFile', 'ContAuth', 'UnscheduledCardOnFile'],
  ['merchant', 'moto', 'Subscription', 'ContAuth', 'Subscription'],
  ['merchant', 'ecommerce', 'CardOnFile', 'ContAuth', 'UnscheduledCardOnFile'],
] as const) {
  test(`by the ${initiator}, ${channel}, kept as ${setting}: ${interaction}, ${model}`, async (t) => {
    const token = await keep(t)
    const gateway = gatewayFor(t, { recurringProcessingModel: setting })
    await gateway.authoriseKept?.(keptRequest(token, { initiator, channel }))
    const { shopperInteraction, recurringProcessingModel } = lastBody()
    assert.deepEqual([shopperInteraction, recurringProcessingModel], [interaction, model])
  })
}

test('a card is kept under the model that is set, by how it came', async (t) => {
  for (const [channel, interaction] of [
    ['moto', 'Moto'],
    ['ecommerce', 'Ecommerce'],
  ] as const) {
    const gateway = gatewayFor(t, { recurringProcessingModel: 'Subscription' })
    const request = { purpose: 'tokenise', channel, idempotencyKey: newKey() } as const
    await gateway.authorise(testRequest({ ...request, ...(channel === 'ecommerce' && testSender) }))
    const { shopperInteraction, recurringProcessingModel, storePaymentMethod } = lastBody()
    assert.deepEqual(
      [shopperInteraction, recurringProcessingModel, storePaymentMethod],
      [interaction, 'Subscription', true],
    )
  }
})

test('a card that is not told to be kept is not what was asked for', async (t) => {
  const gateway = gatewayFor(t, { baseUrl: silent.url })
  const answer = await gateway.authorise(testRequest({ purpose: 'tokenise', idempotencyKey: newKey() }))
  assert.ok(answer.status === 'error')
  assert.equal(answer.gatewayCode, 'no-token')
})

test('a card that is told to be kept for another shopper is none of ours', async (t) => {
  adyen.misbehave((answer) => {
    const body = answer.body as { readonly additionalData: object }
    const additionalData = { ...body.additionalData, 'tokenization.shopperReference': 'another' }
    return { ...answer, body: { ...body, additionalData } }
  })
  const request = testRequest({ purpose: 'tokenise', idempotencyKey: newKey() })
  const answer = await gatewayFor(t).authorise(request)
  assert.ok(answer.status === 'error')
  assert.equal(answer.gatewayCode, 'no-token')
})

test('a token of another shopper’s card is refused by Adyen, and what is none is not sent', async (t) => {
  const { storedPaymentMethodId = '' } = readToken(await keep(t)) ?? {}
  const gateway = gatewayFor(t)
  const another = tokenOf({ storedPaymentMethodId, shopperReference: newKey() })
  const refused = await gateway.authoriseKept?.(keptRequest(another))
  assert.ok(refused?.status === 'error')
  assert.equal(refused.gatewayCode, '803')
  const asked = adyen.asked.length
  for (const token of ['', 'pm_123', 'M5N7TQ4TG5P1', 'a.B', 'M5.ABC/../', `M5.${'a'.repeat(257)}`]) {
    await assert.rejects(async () => gateway.authoriseKept?.(keptRequest(token)), NotSent, token)
  }
  assert.equal(adyen.asked.length, asked)
})

test('a token says both names of a card, and holds no digits but those of Adyen’s', () => {
  const card = {
    storedPaymentMethodId: 'M5N7TQ4TG5PFWR50',
    shopperReference: '01990000-abcd-7000-8000-0000000012af-1',
  }
  assert.deepEqual(readToken(tokenOf(card)), card)
  assert.doesNotMatch(tokenOf(card).split('.')[1] ?? '', /\d/)
})
