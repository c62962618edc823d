import { NotSent } from '../../model/gateway.ts'
import type { StripeAnswer } from './stripe-calls.ts'

/**
 * Asks for what has to be known before a payment is asked for; once more where no clear answer comes. It moves no money,
 * and can be asked twice.
 *
 * @throws {NotSent} with this detail where there is none: no payment has been asked for.
 */
export async function askBeforePaying(
  ask: () => Promise<StripeAnswer>,
  { detail, signal }: { readonly detail: string; readonly signal: AbortSignal },
): Promise<StripeAnswer> {
  try {
    return await ask()
  } catch (error) {
    if (signal.aborted) throw new NotSent(detail, { cause: error })
  }
  return ask().catch((error: unknown) => {
    throw new NotSent(detail, { cause: error })
  })
}
