import type { GatewayAnswer, Money } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import type { HeldThoughRejected } from './read-payment.ts'
import { reverse } from './void.ts'

/**
 * Lets go what the bank holds for a payment that CyberSource's rules have rejected, so that it is declined in truth.
 *
 * @throws {UnclearAnswer} when it could not be let go: reconciliation tries it again.
 */
export async function releaseRejected(
  calls: CybersourceCalls,
  { gatewayReference, declined }: HeldThoughRejected,
  { key, amount, signal }: { readonly key: string; readonly amount: Money; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const done = await reverse(calls, {
    ...{ gatewayReference, amount, signal },
    idempotencyKey: `${key}-rejected`,
  })
  if (done.status === 'done') return declined
  throw new UnclearAnswer('a rejected payment is still held')
}
