import type { GatewayAnswer } from '../../../model/gateway.ts'
import { formOf, type StripeCalls } from '../stripe-calls.ts'
import { readFresh } from './intent-of.ts'
import type { KnownIntent } from './known-intents.ts'
import { readIntent, requireOutcome } from './read-intent.ts'

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
  if (cancelled.is === 'object') return requireOutcome(readIntent(cancelled.object, idempotencyKey))
  return requireOutcome(readIntent(await readFresh(calls, path, { idempotencyKey, signal }), idempotencyKey))
}
