import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createMovableClock } from '../../../../base/clock.ts'
import type { AtBank, GatewayAnswer, GatewayChallenge, NotFound } from '../../../model/gateway.ts'
import { outgoingFor, testRequest, testSender } from '../../test-request.ts'
import { createAdyenGateway } from '../adyen-gateway.ts'
import { adyenApiKey, merchantAccount, startAdyenDouble } from './test-adyen.ts'

export const { idempotencyKey: key, signal } = testRequest()
export const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
export const ecommerce = {
  channel: 'ecommerce',
  challengeReturnUrl,
  pan: '4212345678901245',
  ...testSender,
} as const
export const whole = { amountMinor: 1240, currency: 'GBP' }

export async function startAdyen(t: TestContext, options: Parameters<typeof startAdyenDouble>[0] = {}) {
  const clock = createMovableClock()
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  const { send, bodies } = outgoingFor(t)
  const settings = { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url }
  const gateway = createAdyenGateway({ settings, send, clock })
  return { adyen, gateway, bodies, clock, moved: () => adyen.ledger.moved() }
}

export function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  assert.ok(answer && 'captured' in answer)
  return answer
}

export const told = ({ notifications }: Awaited<ReturnType<typeof startAdyen>>['adyen']) =>
  notifications.map(({ eventCode, success }) => `${eventCode} ${success}`)

export const jsonOf = (body: Uint8Array | undefined) => JSON.parse(Buffer.from(body ?? []).toString())

/** As another process has it, which knows nothing of the payment. */
export function anotherProcess(t: TestContext, { adyen, clock }: Awaited<ReturnType<typeof startAdyen>>) {
  const settings = { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url }
  return createAdyenGateway({ settings, send: outgoingFor(t).send, clock })
}
