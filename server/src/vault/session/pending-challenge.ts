import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Comeback } from '../charge/attempt.ts'
import { echoes } from '../model/echoes.ts'
import type { Challenge, ChallengeAnswer } from '../model/gateway.ts'
import type { ChallengeFields } from '../model/sealed-challenge.ts'

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
    | {
        readonly challenge: Challenge | undefined
        readonly fields: ChallengeFields
        settle(comeback: Comeback): void
        giveUp(): void
      }
    | undefined
  let calledOff = false
  let isClosing = false
  const closing = () =>
    new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')

  function wait(
    { fields, challenge }: { readonly fields: ChallengeFields; readonly challenge?: Challenge },
    milliseconds: number,
    decided: Promise<void>,
  ): Promise<Comeback> {
    if (isClosing) return Promise.reject(closing())
    return new Promise((resolve, reject) => {
      const finish = (end: () => void) => {
        stop()
        pending = undefined
        end()
        changed()
      }
      const settle = (comeback: Comeback) => finish(() => resolve(comeback))
      const stop = clock.after(milliseconds, () => settle('abandoned'))
      const giveUp = () => finish(() => reject(closing()))
      const waiting = { challenge, fields, settle, giveUp }
      pending = waiting
      void decided.then(() => pending === waiting && settle('decided'))
      changed()
    })
  }

  return {
    current: () => pending?.challenge,
    /** Rejects when the process is about to end: the payment is looked up by the next one. */
    ask: (challenge: Challenge, decided: Promise<void>): Promise<Comeback> =>
      wait({ fields: challenge.fields, challenge }, seconds * 1000, decided),
    /** As {@link ask}, of a customer who was sent to the bank by the process before this one. */
    goOn: (fields: ChallengeFields, endsAt: number, decided: Promise<void>): Promise<Comeback> =>
      wait({ fields }, Math.max(0, endsAt - clock.now()), decided),
    /** What belongs to another payment is nobody's answer here: the customer is waited for all the same. */
    answer(answer: ChallengeAnswer): void {
      if (pending && (answer === 'abandoned' || echoes(pending, answer))) pending.settle(answer)
    },
    /** The payment is cancelled. False where nobody is at the bank. */
    callOff(): boolean {
      calledOff ||= pending !== undefined
      pending?.settle('cancelled')
      return calledOff
    },
    giveUp(): void {
      isClosing = true
      pending?.giveUp()
    },
  }
}
