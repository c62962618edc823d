import type { GatewayAnswer } from '../../../model/gateway.ts'
import { releasePart } from '../release-part.ts'
import type { StripeCalls } from '../stripe-calls.ts'
import { abandonIntent } from './abandon-intent.ts'
import type { KnownIntent } from './known-intents.ts'
import type { IntentState } from './read-intent.ts'

/** Brings an intent to an end that nobody goes on with: what is open is given up, a part is released. */
export async function concludeIntent(
  calls: StripeCalls,
  known: KnownIntent,
  {
    state,
    ...asked
  }: { readonly state: IntentState; readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  switch (state.status) {
    case 'part':
      return releasePart(calls, known, asked)
    case 'challenge':
    case 'to-confirm':
    case 'to-give-up':
      return abandonIntent(calls, known, asked)
    default:
      return state
  }
}
