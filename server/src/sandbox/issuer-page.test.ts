import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { noPeers } from '../calls/peers/call-peers.ts'
import { readBrowserAssets } from '../http/browser-assets.ts'
import { createHttp } from '../http/http.ts'
import type { IssuerQuestion } from '../vault/gateways/sandbox-gateway.ts'
import { createBankQuestions } from './bank-questions.ts'
import { issuerPage } from './issuer-page.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'https://nam.pay.test',
} as const
const returnUrl = 'https://nam.pay.test/pay/1/x/challenge'

function start() {
  const question: IssuerQuestion = {
    order: { amountMinor: 1240, currency: 'GBP' },
    returnUrl,
    decision: undefined,
  }
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  issuerPage({
    questions: createBankQuestions({
      gateway: { issuerQuestion: (reference) => (reference === 'right' ? question : undefined) },
      peers: noPeers,
      clock: createMovableClock(),
    }),
    region,
    assets: readBrowserAssets(),
  })(app)
  /** Posts a form and goes where it leads, as a browser does. */
  async function post(path: string, fields: Readonly<Record<string, string>>) {
    const answer = await app.inject({
      method: 'POST',
      url: `/sandbox/issuer${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
    return answer.statusCode === 303 ? app.inject(String(answer.headers.location)) : answer
  }
  return { question, post }
}

test('the bank asks, in a frame of the payment page alone', async () => {
  const { post } = start()
  const { statusCode, headers, body } = await post('', { reference: 'right' })
  assert.equal(statusCode, 200)
  assert.equal(headers['x-frame-options'], undefined)
  assert.match(
    String(headers['content-security-policy']),
    /form-action 'self'; .*frame-ancestors https:\/\/nam\.pay\.test/,
  )
  assert.match(body, /Sandbox bank.*Confirm payment of £12\.40\?.*Confirm.*Decline/s)
})

test('the first decision counts, and leads back to where the payment came from and nowhere else', async () => {
  for (const decision of ['confirmed', 'refused'] as const) {
    const { question, post } = start()
    const elsewhere = { returnUrl: 'https://evil.example', action: 'https://evil.example' }
    const { headers, body } = await post('/decision', { reference: 'right', decision, ...elsewhere })
    assert.equal(question.decision, decision)
    assert.match(body, new RegExp(`action="${returnUrl}"`))
    assert.match(String(headers['content-security-policy']), /form-action https:\/\/nam\.pay\.test;/)
    assert.doesNotMatch(body, /evil/)
    await post('/decision', { reference: 'right', decision: 'confirmed' })
    assert.equal(question.decision, decision)
    assert.match((await post('', { reference: 'right' })).body, new RegExp(`action="${returnUrl}"`))
  }
})

test('the bank knows no other payment, and no other decision', async () => {
  const { question, post } = start()
  assert.equal((await post('', { reference: 'wrong' })).statusCode, 404)
  assert.equal((await post('', {})).statusCode, 404)
  assert.equal((await post('/decision', { decision: 'confirmed' })).statusCode, 404)
  assert.equal((await post('/decision', { reference: 'right', decision: 'maybe' })).statusCode, 400)
  assert.equal(question.decision, undefined)
})
