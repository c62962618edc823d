import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createMovableClock } from '../../../../base/clock.ts'
import type { AtBank, GatewayAnswer, GatewayChallenge, NotFound } from '../../../model/gateway.ts'
import { outgoingFor, testRequest } from '../../test-request.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'
import { cybersourceSettings } from './test-authentication.ts'
import { startCybersourceDouble } from './test-cybersource.ts'
import type { TestKeys } from './test-encryption.ts'

export const key = testRequest().idempotencyKey
export const hour = 3_600_000

/** An adapter with its double, on one clock; `create` makes another process of it. */
export async function startCybersource(
  t: TestContext,
  { keys, ...settings }: Partial<CybersourceSettings> & { readonly keys?: TestKeys } = {},
) {
  const clock = createMovableClock()
  const double = await startCybersourceDouble({ clock, ...(keys && { keys }) })
  t.after(() => double.close())
  const { send, bodies } = outgoingFor(t, { clock })
  const create = (changes: Partial<CybersourceSettings> = {}) =>
    createCybersourceGateway({
      settings: { ...cybersourceSettings, baseUrl: double.url, ...keys?.settings, ...settings, ...changes },
      send,
      clock,
    })
  const sent = (path: RegExp) =>
    double.asked.filter((request) => path.test(`${request.method} ${request.path}`))
  return { ...double, gateway: create(), create, bodies, clock, sent }
}

export function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  return answer as Extract<GatewayAnswer, { status: 'approved' }>
}
