import type { ChallengeCompletion, GatewayAnswer } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { objectIn, textIn } from '../json-answer.ts'
import { abandonIntent, settled } from './abandon-intent.ts'
import { findIntent } from './find-intent.ts'
import type { KnownIntent, KnownIntents } from './known-intents.ts'
import { declinedBy, readIntent } from './read-intent.ts'
import { formOf, type StripeCalls } from './stripe-calls.ts'

/** A customer is longer at no bank: the intent of a challenge is as old as this at most. */
const oldest = 24 * 3_600_000

/**
 * Goes on when the customer has come back: what came back with the customer is not believed, the intent is asked for. It
 * is confirmed, and only that moves money.
 */
export function stripeCompleteChallenge(
  calls: StripeCalls,
  { intents, now }: { readonly intents: KnownIntents; readonly now: () => number },
): (completion: ChallengeCompletion) => Promise<GatewayAnswer> {
  return async ({ idempotencyKey, answer, signal }) => {
    const asked = { idempotencyKey, signal }
    const known = intents.find(idempotencyKey) ?? (await lookedUp(idempotencyKey, signal))
    const completed = await complete(known, { ...asked, isAbandoned: answer === 'abandoned' })
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
    const state = readIntent(found.object)
    if (state.status === 'challenge' || state.status === 'to-authenticate') {
      return abandonIntent(calls, known, { idempotencyKey, signal })
    }
    if (state.status !== 'to-confirm') return state
    const confirmed = await calls.post({
      path: `${known.path}/confirm`,
      body: Buffer.from(formOf({ error_on_requires_action: true, 'expand[0]': 'latest_charge' })),
      idempotencyKey: `${idempotencyKey}-confirm`,
      timeoutMilliseconds: 120_000,
      signal,
    })
    if (confirmed.is === 'object') return settled(readIntent(confirmed.object))
    const { error } = confirmed
    if (textIn(error, 'type') !== 'card_error') throw new UnclearAnswer('an intent that is not confirmed')
    return declinedBy(error, textIn(objectIn(error, 'payment_intent') ?? found.object, 'id'))
  }
}
