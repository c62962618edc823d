import type { GatewayAnswer } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { KnownIntent } from './known-intents.ts'
import { readIntent } from './read-intent.ts'
import { formOf, type StripeCalls } from './stripe-calls.ts'

/**
 * Gives up an intent whose customer's bank was not, or cannot be, asked. What Stripe no longer cancels has come to an
 * end of its own, and that is the answer then.
 */
export async function abandonIntent(
  calls: StripeCalls,
  { path }: KnownIntent,
  { idempotencyKey, signal }: { readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const cancelled = await calls.post({
    path: `${path}/cancel`,
    body: Buffer.from(formOf({ cancellation_reason: 'abandoned' })),
    idempotencyKey: `${idempotencyKey}-abandon`,
    signal,
  })
  const found =
    cancelled.is === 'object' ? cancelled : await calls.get(path, { 'expand[0]': 'latest_charge' }, signal)
  if (found.is === 'refusal') throw new UnclearAnswer('an intent that is gone')
  return settled(readIntent(found.object, idempotencyKey))
}

/** @throws {UnclearAnswer} when it has come to no end. */
export function settled(state: ReturnType<typeof readIntent>): GatewayAnswer {
  switch (state.status) {
    case 'challenge':
    case 'to-authenticate':
    case 'to-confirm':
      throw new UnclearAnswer('an intent that is open')
    default:
      return state
  }
}
