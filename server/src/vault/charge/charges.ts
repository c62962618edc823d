import type { SessionResult } from '@tonegate/protocol/outcome'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { Launch } from '../model/launch.ts'
import type { Challenged, ChargeAttempt, Charging } from './attempt.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import { createReconciliation } from './reconciliation.ts'
import { createFailures } from './record-failure.ts'
import { createReversals } from './reversals/reversals.ts'
import { reconcile } from './steps/ask-again.ts'
import { authorise } from './steps/authorise.ts'
import type { ChargeContext, ChargeParts } from './steps/charge-context.ts'
import { type Chargeable, recordAttempt } from './steps/record-attempt.ts'
import { recordLate } from './steps/record-late.ts'
import { resume } from './steps/resume.ts'
import { createTold } from './steps/told.ts'
import { usableAnswer } from './steps/usable-answer.ts'

export type Charges = ReturnType<typeof createCharges>

/**
 * Charges, so that money is never moved twice and never lost sight of; each step has its file in `steps/`:
 *
 * 1. {@link recordAttempt} writes the attempt where the session's row is open and no attempt stands, and puts what may be
 *    known of the card in the place of its digits. Whoever finds it otherwise asks no gateway.
 * 2. {@link authorise} asks the gateway and overwrites the digits as soon as it has them. Where the customer's bank
 *    wants to be asked too (3-D Secure), the gateway goes on when the customer has come back (`at-bank.ts`); nothing is
 *    charged before. What the customer comes back with is written down before the gateway is told, so that the next
 *    process tells it too (`remember-visit.ts`).
 * 3. Answer, end and result of the session are written in one transaction, again and again until it is durable
 *    (`conclude.ts`, `end-session.ts`).
 * 4. Without an answer in time, or with one that names another sum, the outcome is `unknown`; whatever comes later,
 *    or is found by reconciling (`ask-again.ts`), is written once ({@link recordLate}) and reported. Where the
 *    flow says so, an approval that comes so late is reversed, and that is what is reported (`correct.ts`).
 * 5. A gateway that tells by itself that something has happened (`told`) is asked at once what it is, also while the
 *    customer is at the bank; while it is being asked for the payment, its answer is waited for.
 * 6. A payment that is cancelled while the customer is at the bank is given up, and its session is cancelled whatever the
 *    gateway says (`conclude-cancelled.ts`): what it approved after all is reversed, and until that is known the outcome is
 *    `unknown`.
 */
export function createCharges(parts: ChargeParts) {
  const calls = createGatewayCalls(parts)
  const context: ChargeContext = {
    ...parts,
    calls,
    record: prepareRecord(parts),
    failures: createFailures(parts),
    reversals: createReversals({ ...parts, calls }),
    reconciliation: createReconciliation({
      ...parts,
      reconcile: async (attempt) => usableAnswer(context, attempt, await reconcile(context, attempt)),
      found: (attempt, answer) => recordLate(context, attempt, answer),
    }),
    atBank: new Map(),
  }
  const { reconciliation, reversals } = context

  return {
    /**
     * `undefined` where the session has ended, or another server charges it: its row says how it ends.
     *
     * @throws when the attempt is not written for certain; nothing has been asked then.
     */
    record: (guid: Guid, launch: Launch, chargeable: Chargeable): Promise<ChargeAttempt | undefined> =>
      recordAttempt(context, guid, launch, chargeable),
    authorise: (attempt: ChargeAttempt, launch: Launch, charging: Charging): Promise<SessionResult> =>
      authorise(context, attempt, launch, charging),
    /** Ends a session whose charge was under way at a node that has died. */
    resume: (attempt: ChargeAttempt, launch: Launch, challenged: Challenged): Promise<SessionResult> =>
      resume(context, attempt, launch, challenged),
    reversals,
    /** Takes up what is due and nobody works at: looks for outcomes that are not known, and reverses payments. */
    sweep: async (): Promise<void> => {
      await Promise.all([reconciliation.sweep(), reversals.sweep()])
    },
    /** The gateway has told that something happened to a payment: what it is, is asked for as soon as it can be. */
    told: createTold(context),
    /** Waits for no late answer any more. */
    close(): void {
      reconciliation.close()
      reversals.close()
      calls.close()
    },
  }
}
