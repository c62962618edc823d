import type { DeclineReason } from '@tonegate/protocol/outcome'
import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import { type Random, randomAlphanumeric } from '../../base/random.ts'
import type { AuthorisationRequest, GatewayAnswer, Money } from '../model/gateway.ts'
import type { SandboxPayment } from './sandbox-ledger.ts'

/** How long after the flow's time-out a late answer comes. */
const lateMilliseconds = 5_000

/** Of a card only what comes of it. */
type CardOutcome = Pick<SandboxCard, 'outcome' | 'declineReason'>

/** What the ledger will say of a payment; of its card only the outcome. */
export function paymentOf(
  { idempotencyKey, order, purpose, timeoutSeconds }: Omit<AuthorisationRequest, 'card'>,
  {
    card,
    random,
    now,
    answerMilliseconds,
  }: {
    readonly card: CardOutcome | undefined
    readonly random: Random
    readonly now: number
    readonly answerMilliseconds: number
  },
): SandboxPayment {
  const late = now + timeoutSeconds * 1000 + lateMilliseconds
  const { amountMinor, currency } = order
  const payment = { idempotencyKey, purpose, order: { amountMinor, currency } }
  const answer = answerTo(payment, card, random)
  switch (card?.outcome) {
    case 'no-answer':
      return { ...payment, answer: undefined, answeredAt: undefined, knownAt: undefined }
    case 'lost-answer':
      return { ...payment, answer, answeredAt: undefined, knownAt: now }
    case 'late-answer':
      return { ...payment, answer, answeredAt: late, knownAt: late }
    default:
      return {
        ...payment,
        answer,
        answeredAt: now + answerMilliseconds,
        knownAt: now + answerMilliseconds,
      }
  }
}

/** What a payment comes to; `undefined` for a card that is not one of the published ones. */
export function answerTo(
  { order, purpose }: Pick<SandboxPayment, 'order' | 'purpose'>,
  card: CardOutcome | undefined,
  random: Random,
): GatewayAnswer {
  const gatewayReference = `sandbox-${randomAlphanumeric(random, 16)}`
  const authorisationCode = randomAlphanumeric(random, 6).toUpperCase()
  const authorised = {
    gatewayReference,
    authorisationCode,
    amount: amountOf(order, card),
    captured: purpose === 'charge',
    ...(purpose === 'tokenise' && { token: `sandbox-card-${randomAlphanumeric(random, 16)}` }),
  }
  switch (card?.outcome) {
    case 'declined': {
      const reason = card.declineReason ?? 'do-not-honour'
      return { status: 'declined', reason, gatewayReference, gatewayCode: declineCodes[reason] }
    }
    case 'review':
      return { status: 'review', ...authorised, gatewayCode: '01' }
    case 'error':
      return { status: 'error', gatewayReference, gatewayCode: '96' }
    default:
      return { status: 'approved', ...authorised, gatewayCode: '00' }
  }
}

/** Response codes as ISO 8583 has them. */
const declineCodes: Readonly<Record<DeclineReason, string>> = {
  'do-not-honour': '05',
  'insufficient-funds': '51',
  'expired-card': '54',
  'invalid-card-number': '14',
  'invalid-security-code': '82',
  'lost-or-stolen': '43',
  'limit-exceeded': '61',
  'card-not-supported': '57',
  'suspected-fraud': '59',
  'authentication-failed': '1A',
}

/** One of the cards has another amount authorised than was asked for. */
const amountOf = (
  { amountMinor, currency }: Money,
  card: Pick<SandboxCard, 'outcome'> | undefined,
): Money => ({
  amountMinor: card?.outcome === 'other-amount' ? amountMinor + 1 : amountMinor,
  currency,
})
