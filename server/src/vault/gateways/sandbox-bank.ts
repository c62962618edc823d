import { createBoundedCache } from '../../base/bounded-cache.ts'
import { type Random, randomAlphanumeric } from '../../base/random.ts'
import { isSameSecret } from '../../base/signing/same-secret.ts'
import type { AuthorisationRequest, ChallengeAnswer, GatewayChallenge } from '../model/gateway.ts'

/** What the sandbox's bank asked a customer; it is named by what the challenge's form holds. */
export interface IssuerQuestion {
  readonly order: AuthorisationRequest['order']
  /** Where the customer goes back to. */
  readonly returnUrl: string
  /** What the customer answered the bank. */
  decision: 'confirmed' | 'refused' | undefined
}

/** The oldest questions are forgotten when there are more. */
const maxQuestions = 10_000

/**
 * The bank of the sandbox's customers. Its questions are in memory, for they hold the secret of a customer's link:
 * whoever comes back to the next process has not confirmed.
 *
 * @param issuerUrl its page.
 */
export function createSandboxBank({
  random,
  issuerUrl,
}: {
  readonly random: Random
  readonly issuerUrl: string
}) {
  const questions = createBoundedCache<string, IssuerQuestion>(maxQuestions)
  /** The reference of the question that belongs to a payment, by the payment's key. */
  const asked = createBoundedCache<string, { readonly reference: string }>(maxQuestions)

  return {
    /** A payment's customer is asked once. */
    ask(idempotencyKey: string, { order, returnUrl }: Pick<IssuerQuestion, 'order' | 'returnUrl'>): void {
      const reference = randomAlphanumeric(random, 32)
      if (asked.get(idempotencyKey)) return
      asked.set(idempotencyKey, { reference })
      questions.set(reference, { order, returnUrl, decision: undefined })
    },
    /** Where the customer is sent to. */
    challengeOf(idempotencyKey: string): GatewayChallenge {
      const reference = asked.get(idempotencyKey)?.reference
      if (reference === undefined) throw new Error('The bank’s challenge no longer exists.')
      return { status: 'challenge', challenge: { url: issuerUrl, fields: { reference } } }
    },
    /** Whether this payment's own customer has confirmed it. A question is answered for once. */
    takeConfirmation(idempotencyKey: string, answer: ChallengeAnswer): boolean {
      const reference = asked.get(idempotencyKey)?.reference
      if (reference === undefined) return false
      const { decision } = questions.get(reference) ?? {}
      asked.delete(idempotencyKey)
      return answer !== 'abandoned' && isSameSecret(answer.reference, reference) && decision === 'confirmed'
    },
    question: (reference: string): IssuerQuestion | undefined => questions.get(reference),
  }
}
