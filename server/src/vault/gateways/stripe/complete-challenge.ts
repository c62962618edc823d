import { isSameSecret } from '../../../base/signing/same-secret.ts'
import type { ChallengeAnswer, ChallengeCompletion, GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { integerIn, textIn } from '../json-answer.ts'
import { abandonIntent } from './intents/abandon-intent.ts'
import { concludeIntent } from './intents/conclude-intent.ts'
import { findIntent } from './intents/find-intent.ts'
import { readFresh, shownWith } from './intents/intent-of.ts'
import type { KnownIntent, KnownIntents } from './intents/known-intents.ts'
import { readIntent } from './intents/read-intent.ts'
import { verdictOfRefusal } from './read-error.ts'
import { formOf, type StripeCalls } from './stripe-calls.ts'

/** A customer is longer at no bank: the intent of a challenge is as old as this at most. */
const oldest = 24 * 3_600_000

interface Asked {
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

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
    const known = intents.find(idempotencyKey) ?? (await lookedUp(asked))
    const isAbandoned = answer === 'abandoned' || namesAnother(answer, known)
    const completed = isAbandoned ? await abandonIntent(calls, known, asked) : await complete(known, asked)
    intents.forget(idempotencyKey)
    return completed
  }

  async function lookedUp({ idempotencyKey, signal }: Asked): Promise<KnownIntent> {
    const from = now() - oldest
    for (const kind of ['payment_intents', 'setup_intents'] as const) {
      const { intent } = await findIntent(calls, { kind, idempotencyKey, from, to: now(), signal })
      if (intent) return { path: `/v1/${kind}/${textIn(intent, 'id')}` }
    }
    throw new UnclearAnswer('a challenge without a payment')
  }

  async function complete(known: KnownIntent, asked: Asked): Promise<GatewayAnswer> {
    const found = await readFresh(calls, known.path, asked)
    const state = readIntent(found, asked.idempotencyKey)
    if (state.status !== 'to-confirm') return concludeIntent(calls, known, { state, ...asked })
    if (known.units !== undefined && integerIn(found, 'amount') !== known.units) {
      throw new UnclearAnswer('an intent of a different amount')
    }
    return confirm(known, asked)
  }

  async function confirm(known: KnownIntent, asked: Asked): Promise<GatewayAnswer> {
    const { path } = known
    const isPayment = path.startsWith('/v1/payment_intents')
    const confirmed = await calls.post({
      path: `${path}/confirm`,
      body: Buffer.from(formOf({ ...(isPayment && { error_on_requires_action: true }), ...shownWith(path) })),
      idempotencyKey: `${asked.idempotencyKey}-confirm`,
      timeoutMilliseconds: 120_000,
      signal: asked.signal,
    })
    if (confirmed.is === 'refusal') {
      const verdict = verdictOfRefusal(confirmed, asked.idempotencyKey)
      if (verdict.status !== 'declined') throw new UnclearAnswer('an intent that is not confirmed')
      return { gatewayReference: idOf(known), ...verdict }
    }
    const state = readIntent(confirmed.object, asked.idempotencyKey)
    if (state.status === 'to-confirm') throw new UnclearAnswer('an intent that is not confirmed')
    return concludeIntent(calls, known, { state, ...asked })
  }
}

/** Whether Stripe sent this customer back from another intent. */
function namesAnother(answer: Exclude<ChallengeAnswer, 'abandoned'>, known: KnownIntent): boolean {
  const named = [answer.payment_intent, answer.setup_intent].filter((each) => each !== undefined)
  return named.some((each) => !isSameSecret(each, idOf(known)))
}

const idOf = ({ path }: KnownIntent): string => path.split('/').at(-1) ?? ''
