import type { SessionResult } from '@tonegate/protocol/outcome'
import { foldLineBreaks, foldValues } from '../../../base/text/line-breaks.ts'
import { within } from '../../../base/within.ts'
import type { AuthorisationRequest, GatewayAnswer, GatewayChallenge } from '../../model/gateway.ts'
import type { Launch, Order } from '../../model/launch.ts'
import type { ChargeAttempt, Charging } from '../attempt.ts'
import type { NamedGateway } from '../calls/named-gateway.ts'
import { orAskAgain } from './ask-again.ts'
import { waitForBank } from './at-bank.ts'
import type { ChargeContext } from './charge-context.ts'
import { concludeOrWait } from './conclude.ts'
import { rememberChallenge } from './remember-visit.ts'

/** Asks the gateway for the money, and ends the session with what it says. */
export async function authorise(
  context: ChargeContext,
  attempt: ChargeAttempt,
  launch: Launch,
  charging: Charging,
): Promise<SessionResult> {
  const { calls, clock } = context
  const named = await calls.find(attempt.tenant, attempt.gateway)
  const asked = send(context, named, requestOf(attempt, launch, charging), charging)
  charging.wipe()
  const answered = orAskAgain(context, asked, named, attempt)
  const first = await within(answered, launch.flow.gatewayTimeoutSeconds * 1000, clock)
  if (first?.status === 'challenge') {
    const { challenge } = first
    const challenged = await rememberChallenge(context, attempt, challenge)
    return waitForBank(context, challenged, launch, (decided) => charging.challenged(challenge, decided))
  }
  const late = answered.then((answer) =>
    answer?.status === 'challenge' ? abandon(context, named, attempt) : answer,
  )
  return concludeOrWait(context, attempt, launch, { answer: first, late })
}

type Request = Omit<AuthorisationRequest, 'card' | 'signal'>

/** The digits have been read when this returns its promise. */
function send(
  { calls }: ChargeContext,
  named: NamedGateway,
  request: Request,
  { card }: Charging,
): Promise<GatewayAnswer | GatewayChallenge | undefined> {
  return 'token' in card
    ? calls.authoriseKept(named, { ...request, token: card.token, initiator: card.initiator })
    : calls.authorise(named, { ...request, card })
}

const requestOf = (
  { idempotencyKey }: ChargeAttempt,
  { flow, order, initialValues }: Launch,
  { channel, challengeReturnUrl, sender }: Charging,
): Request => ({
  idempotencyKey,
  purpose: flow.purpose,
  order: onOneLine(order),
  initialValues: foldValues(initialValues),
  channel,
  timeoutSeconds: flow.gatewayTimeoutSeconds,
  ...(challengeReturnUrl !== undefined && { challengeReturnUrl }),
  ...sender,
})

/** A bank that wants to ask the customer so late asks nobody any more. */
const abandon = (
  { calls }: ChargeContext,
  named: NamedGateway,
  { idempotencyKey, purpose, order }: ChargeAttempt,
): Promise<GatewayAnswer | undefined> =>
  calls.completeChallenge(named, { idempotencyKey, answer: 'abandoned', asked: { purpose, order } })

/** Gateways bound the lengths of texts, and some refuse a payment for a line break: they get, and count, one line. */
const onOneLine = ({ reference, ...order }: Order): Order => ({
  ...order,
  ...(reference !== undefined && { reference: foldLineBreaks(reference) }),
})
