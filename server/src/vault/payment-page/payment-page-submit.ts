import type { FormErrors } from '@tonegate/protocol/payment-page-data'
import type { Parts } from '../../base/parts.ts'
import { Problem } from '../../base/problem.ts'
import type { CardSender, OpenSession, TypedCard } from '../model/vault-sessions.ts'
import { pageStateOf, untilNot } from './payment-page-wait.ts'

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
  capture: OpenSession,
  card: TypedCard,
  sender: CardSender,
) => Promise<FormErrors> {
  return async (capture, card, sender) => {
    if (pageStateOf(capture) !== 'open') return untilAnswered(capture)
    const submitted = capture.submitCard(card, sender)
    if (pageStateOf(capture) === 'open') return submitted
    submitted.catch((error: unknown) =>
      log.error({ err: error, capture: capture.guid }, 'a payment on the payment page failed'),
    )
    return untilAnswered(capture)
  }

  async function untilAnswered(capture: OpenSession): Promise<FormErrors> {
    await untilNot('processing', capture, { clock, milliseconds: answerMilliseconds })
    if (pageStateOf(capture) !== 'open') return noErrors
    throw new Problem('provider-unavailable', 'The payment could not be started. Nothing was charged.')
  }
}
