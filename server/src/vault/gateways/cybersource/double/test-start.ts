import type { TestContext } from 'node:test'
import { createMovableClock } from '../../../../base/clock.ts'
import { outgoingFor } from '../../test-request.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'
import { cybersourceSettings } from './test-authentication.ts'
import { startCybersourceDouble } from './test-cybersource.ts'
import type { TestKeys } from './test-encryption.ts'

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
