import type { TestContext } from 'node:test'
import { createMovableClock } from '../../../../base/clock.ts'
import { outgoingFor } from '../../test-request.ts'
import { createStripeGateway, type StripeSettings } from '../stripe-gateway.ts'
import { startStripeDouble, stripeApiKey } from './test-stripe.ts'

/** A gateway of Stripe's kind, its double, what it logs and a clock that is theirs. */
export async function startStripe(
  t: TestContext,
  {
    settings = {},
    ...options
  }: Parameters<typeof startStripeDouble>[0] & { readonly settings?: Partial<StripeSettings> } = {},
) {
  const clock = createMovableClock()
  const stripe = await startStripeDouble({ clock, ...options })
  t.after(() => stripe.close())
  const { send, bodies } = outgoingFor(t)
  const logged: unknown[] = []
  const log = { warn: (...line: unknown[]) => void logged.push(line) }
  const another = () =>
    createStripeGateway({
      settings: { apiKey: stripeApiKey, baseUrl: stripe.url, ...settings },
      send,
      clock,
      log,
    })
  return {
    stripe,
    bodies,
    clock,
    logged,
    gateway: another(),
    /** The gateway of another process. */
    another,
    moved: () => stripe.ledger.moved(),
  }
}

export const formOf = (body: Uint8Array | undefined): URLSearchParams =>
  new URLSearchParams(Buffer.from(body ?? []).toString())
