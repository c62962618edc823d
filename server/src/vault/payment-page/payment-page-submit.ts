import type { FormErrors } from '@tonegate/protocol/payment-page-data'
import type { Parts } from '../../base/parts.ts'
import { Problem } from '../../base/problem.ts'
import type { CardSender, OpenSession, TypedCard } from '../model/vault-sessions.ts'
import { pageStateOf, waitWhile } from './payment-page-wait.ts'

/** So long an answer is waited for before the customer is told that it takes longer. */
export const answerMilliseconds = 8_000

const noErrors: FormErrors = {}

/**
 * Submits the card that a customer has typed. Resolves with what is wrong with it; with nothing when the gateway has
 * answered, when the bank asks the customer, or when it takes long: the payment then goes on without whoever sent it.
 * A second form finds the first one's payment under way, charges nothing, and waits with it.
 *
 * @throws {Problem} `provider-unavailable` when the payment could not be begun; nothing was charged.
 */
export function createSubmit({
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'>): (
  session: OpenSession,
  card: TypedCard,
  sender: CardSender,
) => Promise<FormErrors> {
  return async (session, card, sender) => {
    if (pageStateOf(session) !== 'open') return untilAnswered(session)
    const submitted = session.submitCard(card, sender)
    if (pageStateOf(session) === 'open') return submitted
    submitted.catch((error: unknown) =>
      log.error({ err: error, capture: session.guid }, 'a payment on the payment page failed'),
    )
    return untilAnswered(session)
  }

  async function untilAnswered(session: OpenSession): Promise<FormErrors> {
    await waitWhile('processing', session, { clock, milliseconds: answerMilliseconds })
    if (pageStateOf(session) !== 'open') return noErrors
    throw new Problem('provider-unavailable', 'The payment could not be started. Nothing was charged.')
  }
}
