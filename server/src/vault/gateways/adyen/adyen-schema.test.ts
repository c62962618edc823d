import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../../base/clock.ts'
import type { AuthorisationRequest, CustomerBrowser, Gateway } from '../../model/gateway.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest, testSender } from '../test-request.ts'
import { type AdyenSettings, createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, merchantAccount, signedNotification, startAdyenDouble } from './double/test-adyen.ts'
import {
  faultsOfAnswer,
  faultsOfNotification,
  faultsOfRefusal,
  faultsOfRequest,
  operationOf,
} from './double/test-adyen-facts.ts'

const adyen = await startAdyenDouble()
test.after(() => adyen.close())

const challengeReturnUrl = `https://nam.pay.example.com/pay/1/${'s'.repeat(43)}/challenge`
const address = { Street1: 'Kruppstr. 1', City: 'Essen', Postcode: '45128', Country: 'DE' }
const customers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nobody: {},
  'a name and an e-mail address': { FirstName: 'Jo"hn', Surname: 'Smith', Email: 'test@wp.pl' },
  'names that are too long': { FirstName: 'J'.repeat(81), Surname: 'Smith' },
  'a whole address': { ...address, CustomerPhoneNumber: '+49 (0)171 123 45-67' },
  'a telephone number without a country': { ...address, CustomerPhoneNumber: '0171 1234567' },
  'an address without a city': { ...address, City: '' },
  'a state that is written out': { ...address, State: 'Nordrhein-Westfalen' },
  'a state by its code': { ...address, State: 'nw' },
  'ZIP+4': { ...address, Country: 'US', State: 'TX', Postcode: '73301-1234' },
  'a state of the US that is written out': { ...address, Country: 'US', State: 'Texas', Postcode: '73301' },
  'a state of the US by its whole code': { ...address, Country: 'us', State: 'us-tx', Postcode: '73301' },
  'no state in Canada': { ...address, Country: 'CA', Postcode: 'K1A 0B1' },
  'a province in Canada': { ...address, Country: 'CA', State: 'on', Postcode: 'K1A 0B1' },
  'a postal code of the US that is none': { ...address, Country: 'US', State: 'TX', Postcode: 'SW1A 1AA' },
  'a postal code that is too long': { ...address, Postcode: '12345678901' },
  'a country that is none': { ...address, Country: 'Germany' },
}

const withoutScript: CustomerBrowser = {
  acceptHeader: 'text/html',
  userAgent: 'Lynx/2.9',
  language: 'en',
  javaScriptEnabled: false,
}

const senders: Readonly<Record<string, Partial<AuthorisationRequest>>> = {
  'on the telephone': { channel: 'moto' },
  'on the page': { channel: 'ecommerce', challengeReturnUrl, ...testSender },
  'on the page without a script': {
    channel: 'ecommerce',
    challengeReturnUrl,
    clientAddress: '2001:db8::7',
    browser: withoutScript,
  },
  'on the page from an IPv4 address of a socket for both': {
    channel: 'ecommerce',
    challengeReturnUrl,
    ...testSender,
    clientAddress: '::ffff:203.0.113.7',
  },
  'on the page, where nobody can be asked': { channel: 'ecommerce' },
}

function gatewayFor(t: Parameters<typeof outgoingFor>[0], settings: Partial<AdyenSettings> = {}): Gateway {
  return createAdyenGateway({
    settings: { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url, ...settings },
    send: outgoingFor(t).send,
    clock: createMovableClock(),
  })
}

let made = 0
const newKey = () => {
  made += 1
  return `01990000-0000-7000-8000-${String(made).padStart(12, '0')}-1`
}

/** All that has been asked since the last time, by Adyen's description. */
let seen = 0
function assertValid(): readonly unknown[] {
  const asked = adyen.asked.slice(seen)
  seen = adyen.asked.length
  const bodies = asked.map(({ path, body, headers }) => {
    const operation = operationOf(path.slice('/v71'.length))
    assert.ok(operation, path)
    const json = JSON.parse(body.toString())
    assert.deepEqual(faultsOfRequest(operation, json), [], `${path} ${JSON.stringify(json)}`)
    const key = headers['idempotency-key'] ?? ''
    assert.ok(key.length > 0 && key.length <= 64, key)
    return json
  })
  assert.ok(bodies.length > 0)
  return bodies
}

for (const purpose of ['charge', 'authorise', 'verify', 'tokenise'] as const) {
  for (const [way, sender] of Object.entries(senders)) {
    test(`to ${purpose} ${way} is asked for as Adyen describes it, with and without all that may come along`, async (t) => {
      const gateway = gatewayFor(t, { shopperStatement: "Harbour + Sons' books" })
      for (const [who, initialValues] of Object.entries(customers)) {
        for (const securityCode of ['737', '']) {
          const request = { purpose, initialValues, securityCode, idempotencyKey: newKey(), ...sender }
          const answer = await gateway.authorise(testRequest(request))
          assert.equal(answer.status, 'approved', who)
        }
      }
      const reference = 'x'.repeat(1200)
      const order = { amountMinor: 1240, currency: 'GBP', reference }
      await gateway.authorise(testRequest({ ...sender, purpose, order, idempotencyKey: newKey() }))
      const bare = { amountMinor: 1240, currency: 'JPY' }
      await gateway.authorise(testRequest({ ...sender, purpose, order: bare, idempotencyKey: newKey() }))
      assertValid()
    })
  }
}

test('a kept card is charged as Adyen describes it, by whomever and whatever it was kept for', async (t) => {
  for (const recurringProcessingModel of ['CardOnFile', 'Subscription', 'UnscheduledCardOnFile'] as const) {
    const gateway = gatewayFor(t, { recurringProcessingModel })
    const kept = await gateway.authorise(testRequest({ purpose: 'tokenise', idempotencyKey: newKey() }))
    assert.ok(kept.status === 'approved' && kept.token)
    for (const initiator of ['customer', 'merchant'] as const) {
      for (const purpose of ['charge', 'authorise'] as const) {
        for (const sender of Object.values(senders)) {
          const { card: _, ...request } = testRequest({ ...sender, purpose, idempotencyKey: newKey() })
          const charged: { readonly status: string } | undefined = await gateway.authoriseKept?.({
            ...request,
            token: kept.token,
            initiator,
          })
          assert.equal(charged?.status, 'approved')
        }
      }
    }
  }
  assertValid()
})

test('what is done with a payment, what is asked of it and the dry run are asked for as Adyen describes it', async (t) => {
  const gateway = gatewayFor(t)
  const held = testRequest({ purpose: 'authorise', idempotencyKey: newKey() })
  const answer = await gateway.authorise(held)
  assert.ok(answer.status === 'approved')
  const order = (kind: 'capture' | 'void' | 'refund', amountMinor: number) =>
    testFollowUp(answer.gatewayReference, {
      kind,
      idempotencyKey: `${held.idempotencyKey}-${kind}-${amountMinor}`,
      amount: { amountMinor, currency: 'GBP' },
    })
  await gateway.capture(order('capture', 1240))
  await gateway.void(order('void', 1240))
  await gateway.refund(order('refund', 240))
  await gateway.refund(order('refund', 1240))
  const asked = askedBefore(held, 0)
  await gateway.reconcile(asked)
  await gateway.reconcile({ ...asked, idempotencyKey: newKey(), lateApproval: 'void' })
  const cameBack = { redirectResult: 'redirect-9!confirms', MD: 'x', PaRes: 'y', payload: 'z', more: '1' }
  await gateway.reconcile({ ...asked, idempotencyKey: newKey(), cameBack })
  await gateway.check?.(new AbortController().signal)
  const paths = new Set(adyen.asked.slice(seen).map(({ path }) => path.replace(/NC6\w+/, '…')))
  assert.deepEqual(
    [...paths].sort(),
    [
      ...['/v71/cancels', '/v71/paymentMethods', '/v71/payments', '/v71/payments/details'],
      ...['cancels', 'captures', 'refunds', 'reversals'].map((what) => `/v71/payments/…/${what}`),
    ].sort(),
  )
  assertValid()
})

test('the double answers and tells as Adyen describes it, and refuses what Adyen does not know', async () => {
  const headers = { 'x-api-key': adyenApiKey, 'content-type': 'application/json' }
  const ask = async (path: string, body: object) => {
    const answer = await fetch(`${adyen.url}/v71${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as object }
  }
  const number = (pan: string) => ({ type: 'scheme', number: pan, expiryMonth: '03', expiryYear: '2030' })
  const payment = {
    paymentMethod: number('4242424242424242'),
    merchantAccount,
    reference: 'r',
    amount: { currency: 'GBP', value: 1240 },
    returnUrl: 'https://return.invalid/',
  }
  for (const pan of ['4242424242424242', '4000000000000002', '4000000000000077', '4212345678901245']) {
    const browserInfo = testSender.browser
    const { body } = await ask('/payments', { ...payment, browserInfo, paymentMethod: number(pan) })
    assert.deepEqual(faultsOfAnswer(operationOf('/payments') as never, body), [])
  }
  for (const wrong of [
    { ...payment, browser: {} },
    { ...payment, browserInfo: { acceptHeader: '*/*', userAgent: 'Mozilla/5.0' } },
    { ...payment, shopperInteraction: 'Telephone' },
    { ...payment, amount: { currency: 'GBP', value: '12.40' } },
    { ...payment, additionalData: { manualCapture: true } },
    { ...payment, additionalData: { partial: 'false' } },
    { ...payment, returnUrl: undefined },
  ]) {
    const { status, body } = await ask('/payments', wrong)
    assert.deepEqual([status, faultsOfRefusal(body)], [400, []])
  }
  assert.equal((await ask('/payments/NC6HT9CRT0000001/adjust', payment)).status, 404)
  assert.deepEqual(faultsOfNotification(JSON.parse(signedNotification(adyen.notifications).toString())), [])
})
