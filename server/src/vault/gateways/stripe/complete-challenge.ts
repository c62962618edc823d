import type { ChallengeAnswer } from '../../capture-sessions.ts'
import { isSameSecret } from '../../echoes.ts'
import type { ChallengeCompletion, GatewayAnswer } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { integerIn, objectIn, textIn } from '../json-answer.ts'
import { abandonIntent, settled } from './abandon-intent.ts'
import { findIntent } from './find-intent.ts'
import type { KnownIntent, KnownIntents } from './known-intents.ts'
import { declinedBy, readIntent, refuseOther } from './read-intent.ts'
import { formOf, type StripeCalls } from './stripe-calls.ts'

/** A customer is longer at no bank: the intent of a challenge is as old as this at most. */
const oldest = 24 * 3_600_000

/**
 * Goes on when the customer has come back: what came back with the customer is not believed, the intent is asked for. It
 * is confirmed, and only that moves money. A customer who comes back with the intent of another payment has not been asked
 * about this one.
 */
export function stripeCompleteChallenge(
  calls: StripeCalls,
  { intents, now }: { readonly intents: KnownIntents; readonly now: () => number },
): (completion: ChallengeCompletion) => Promise<GatewayAnswer> {
  return async ({ idempotencyKey, answer, signal }) => {
    const asked = { idempotencyKey, signal }
    const known = intents.find(idempotencyKey) ?? (await lookedUp(idempotencyKey, signal))
    const isAbandoned = answer === 'abandoned' || namesAnother(answer, known)
    const completed = await complete(known, { ...asked, isAbandoned })
    intents.forget(idempotencyKey)
    return completed
  }

  async function lookedUp(idempotencyKey: string, signal: AbortSignal): Promise<KnownIntent> {
    const from = now() - oldest
    for (const kind of ['payment_intents', 'setup_intents'] as const) {
      const { intent } = await findIntent(calls, { kind, idempotencyKey, from, to: now(), signal })
      if (intent) return { path: `/v1/${kind}/${textIn(intent, 'id')}` }
    }
    throw new UnclearAnswer('a challenge of no payment')
  }

  async function complete(
    known: KnownIntent,
    {
      idempotencyKey,
      isAbandoned,
      signal,
    }: { readonly idempotencyKey: string; readonly isAbandoned: boolean; readonly signal: AbortSignal },
  ): Promise<GatewayAnswer> {
    if (isAbandoned) return abandonIntent(calls, known, { idempotencyKey, signal })
    const found = await calls.get(known.path, { 'expand[0]': 'latest_charge' }, signal)
    if (found.is === 'refusal') throw new UnclearAnswer('an intent that cannot be read')
    const state = readIntent(found.object, idempotencyKey)
    if (state.status === 'challenge' || state.status === 'to-authenticate') {
      return abandonIntent(calls, known, { idempotencyKey, signal })
    }
    if (state.status !== 'to-confirm') return state
    if (known.units !== undefined && integerIn(found.object, 'amount') !== known.units) {
      throw new UnclearAnswer('an intent of another sum')
    }
    const confirmed = await calls.post({
      path: `${known.path}/confirm`,
      body: Buffer.from(formOf({ error_on_requires_action: true, 'expand[0]': 'latest_charge' })),
      idempotencyKey: `${idempotencyKey}-confirm`,
      timeoutMilliseconds: 120_000,
      signal,
    })
    if (confirmed.is === 'object') return settled(readIntent(confirmed.object, idempotencyKey))
    const { error } = confirmed
    const refused = objectIn(error, 'payment_intent')
    if (refused) refuseOther(refused, idempotencyKey)
    if (textIn(error, 'type') !== 'card_error') throw new UnclearAnswer('an intent that is not confirmed')
    return declinedBy(error, textIn(refused ?? found.object, 'id'))
  }
}

/** Whether Stripe sent this customer back from another intent. */
function namesAnother(answer: Exclude<ChallengeAnswer, 'abandoned'>, { path }: KnownIntent): boolean {
  const own = path.split('/').at(-1) ?? ''
  const named = [answer.payment_intent, answer.setup_intent].filter((each) => each !== undefined)
  return named.some((each) => !isSameSecret(each, own))
}
