import type { GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { AskedPayment } from './asked-payment.ts'
import { type CybersourceCalls, refuseOther } from './cybersource-calls.ts'
import { knownRefusals, meaningOf } from './cybersource-reasons.ts'
import { readPayment } from './read-payment.ts'
import { releaseHeld } from './release-held.ts'

const path = '/pts/v2/payments'

/** CyberSource itself gives up on a processor after some 60 seconds. */
const patienceBeyondTheFlow = 60_000

/**
 * Asks for a payment: an authorisation, captured at once or not.
 *
 * @param body is overwritten.
 * @throws {UnclearAnswer} @throws {NotSent}
 */
export async function askForPayment(
  calls: CybersourceCalls,
  asked: AskedPayment,
  { body, timeoutSeconds }: { readonly body: Buffer; readonly timeoutSeconds: number },
): Promise<GatewayAnswer> {
  const { idempotencyKey, signal } = asked
  const timeoutMilliseconds = timeoutSeconds * 1000 + patienceBeyondTheFlow
  const answer = await calls.post({ path, idempotencyKey, signal, body, timeoutMilliseconds })
  if (answer.is === 'refused') return refusedFor(answer.reason)
  refuseOther(answer.object, idempotencyKey)
  const read = readPayment(answer.object, { ...asked, tokenType: calls.settings.tokenType })
  return read.status === 'held' ? releaseHeld(calls, read, asked) : read
}

/**
 * CyberSource looks at a card number before it asks anybody.
 *
 * @throws {UnclearAnswer} at a reason that is not known: it may be one that says less than it seems to.
 */
function refusedFor(gatewayCode: string): GatewayAnswer {
  if (!knownRefusals.has(gatewayCode)) throw new UnclearAnswer('a refusal for an unknown reason')
  const meaning = meaningOf(gatewayCode, undefined)
  const isOfTheCard = ['invalid-card-number', 'card-not-supported', 'limit-exceeded'].includes(meaning)
  if (meaning === 'failed' || !isOfTheCard) return { status: 'error', gatewayCode }
  return { status: 'declined', reason: meaning, gatewayCode }
}
