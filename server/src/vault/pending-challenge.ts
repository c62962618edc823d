import type { Clock } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import type { ChallengeAnswer } from './capture-sessions.ts'
import { echoes } from './echoes.ts'
import type { Challenge } from './gateway.ts'

/** What a customer's bank asks in the middle of a payment (3-D Secure), until the customer has come back. */
export function createPendingChallenge({
  clock,
  seconds,
  changed,
}: {
  readonly clock: Clock
  /** How long the customer may take. */
  readonly seconds: number
  readonly changed: () => void
}) {
  let pending:
    | { readonly challenge: Challenge; settle(answer: ChallengeAnswer): void; giveUp(): void }
    | undefined

  return {
    current: () => pending?.challenge,
    /** Rejects when the process is about to end: the payment is looked up by the next one. */
    ask(challenge: Challenge): Promise<ChallengeAnswer> {
      return new Promise((resolve, reject) => {
        const finish = (end: () => void) => {
          stop()
          pending = undefined
          end()
          changed()
        }
        const settle = (answer: ChallengeAnswer) => finish(() => resolve(answer))
        const stop = clock.after(seconds * 1000, () => settle('abandoned'))
        const giveUp = () =>
          finish(() => reject(new Problem('provider-unavailable', 'The payment server is closing.')))
        pending = { challenge, settle, giveUp }
        changed()
      })
    },
    /** What belongs to another payment is nobody's answer here: the customer is waited for all the same. */
    answer(answer: ChallengeAnswer): void {
      if (pending && (answer === 'abandoned' || echoes(pending.challenge, answer))) pending.settle(answer)
    },
    giveUp: () => pending?.giveUp(),
  }
}
