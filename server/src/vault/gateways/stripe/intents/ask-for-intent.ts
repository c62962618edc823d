import type { AuthorisationRequest, GatewayAnswer, GatewayChallenge } from '../../../model/gateway.ts'
import { UnclearAnswer } from '../../ask-gateway.ts'
import { textIn } from '../../json-answer.ts'
import { verdictOfRefusal } from '../read-error.ts'
import type { StripeCalls } from '../stripe-calls.ts'
import { concludeIntent } from './conclude-intent.ts'
import { isSetup, pathOf, unitsOf } from './intent-form.ts'
import type { KnownIntents } from './known-intents.ts'
import { readIntent } from './read-intent.ts'

/** Stripe itself gives up on a bank after some 80 seconds. */
const patienceBeyondTheFlow = 60_000

/**
 * Has an intent made and confirmed, and says what became of it. One whose customer's bank wants to ask, where nobody can
 * be asked, is given up.
 *
 * @param body overwritten when it has left.
 */
export async function askForIntent(
  calls: StripeCalls,
  {
    request,
    body,
    intents,
  }: {
    readonly request: Omit<AuthorisationRequest, 'card'>
    readonly body: Buffer
    readonly intents: KnownIntents
  },
): Promise<GatewayAnswer | GatewayChallenge> {
  const { idempotencyKey, timeoutSeconds, signal } = request
  const path = pathOf(request)
  const timeoutMilliseconds = timeoutSeconds * 1000 + patienceBeyondTheFlow
  const answer = await calls.post({ path, body, idempotencyKey, timeoutMilliseconds, signal })
  if (answer.is === 'refusal') return verdictOfRefusal(answer, idempotencyKey)
  const state = readIntent(answer.object, idempotencyKey)
  const known = {
    path: `${path}/${textIn(answer.object, 'id')}`,
    ...(!isSetup(request) && { units: unitsOf(request.order) }),
  }
  if (state.status === 'to-confirm') throw new UnclearAnswer('an intent that was not confirmed')
  if (state.status === 'challenge') intents.put(idempotencyKey, known)
  if (state.status === 'challenge' && request.challengeReturnUrl !== undefined) return state
  return concludeIntent(calls, known, { state, idempotencyKey, signal })
}
