import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import { type Random, randomAlphanumeric } from '../../base/random.ts'
import type { DeclineReason } from '../capture-result.ts'
import type { Digits } from '../fields/digits.ts'
import type {
  AuthorisationRequest,
  FollowUp,
  FollowUpAnswer,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
  Money,
} from '../gateway.ts'
import { type SandboxCard, sandboxCards } from './sandbox-cards.ts'

export { sandboxCards } from './sandbox-cards.ts'

/** How long after the flow's time-out a late answer comes. */
const lateMilliseconds = 5_000

/** The oldest payments are forgotten when there are more. */
const mostPayments = 10_000

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

interface Payment {
  readonly request: Pick<AuthorisationRequest, 'order' | 'purpose'>
  readonly authorisation: Promise<GatewayAnswer | GatewayChallenge>
  /** What reconciliation finds; nothing while the gateway itself does not know. */
  known: GatewayAnswer | undefined
  /** Minor units. */
  taken: number
  givenBack: number
  voided: boolean
}

/** What the sandbox's bank asked a customer; it is named by what the challenge's form holds. */
export interface IssuerQuestion {
  readonly order: AuthorisationRequest['order']
  /** Where the customer goes back to. */
  readonly returnUrl: string
  /** What the customer answered the bank. */
  decision: 'confirmed' | 'refused' | undefined
}

/** The sandbox's gateway, and the customer's bank behind it. */
export interface SandboxGateway extends Gateway {
  /** A question that is open; by its `reference`, which the challenge's form carries. */
  issuerQuestion(reference: string): IssuerQuestion | undefined
}

/**
 * A gateway that lives in memory and moves no money: {@link sandboxCards} say what it answers. Asked again with
 * the same key, it answers the same.
 *
 * @param answerMilliseconds how long it takes to answer.
 * @param issuerUrl the page of the customer's bank.
 */
export function createSandboxGateway({
  clock,
  random,
  issuerUrl,
  answerMilliseconds = 200,
}: {
  readonly clock: Clock
  readonly random: Random
  readonly issuerUrl: string
  readonly answerMilliseconds?: number
}): SandboxGateway {
  const ledger = new Map<string, Payment>()
  const followUps = createBoundedCache<string, FollowUpAnswer>(mostPayments)
  const questions = createBoundedCache<string, IssuerQuestion>(mostPayments)

  function answerTo(
    { order, purpose }: Payment['request'],
    card: Pick<SandboxCard, 'outcome' | 'declineReason'> | undefined,
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

  function begin(request: AuthorisationRequest): Payment {
    const card = sandboxCards.find(({ pan }) => isSame(request.card.pan, pan))
    if (card?.outcome === 'challenge' && request.challengeReturnUrl !== undefined) {
      return beginChallenge(request, request.challengeReturnUrl)
    }
    const answer = answerTo(request, card)
    const delay = delayOf(card, request.timeoutSeconds)
    const payment: Payment = {
      ...untouched(request),
      known: card?.outcome === 'lost-answer' ? answer : undefined,
      authorisation: new Promise((resolve, reject) => {
        const stop =
          delay !== 'never' &&
          clock.after(delay, () => {
            payment.known = answer
            resolve(answer)
          })
        request.signal.addEventListener('abort', () => {
          if (stop) stop()
          reject(request.signal.reason)
        })
      }),
    }
    return payment
  }

  /** The card's bank wants to ask its customer; nothing is charged until it has. */
  function beginChallenge(request: AuthorisationRequest, returnUrl: string): Payment {
    const { order } = request
    const reference = randomAlphanumeric(random, 32)
    questions.set(reference, { order, returnUrl, decision: undefined })
    const challenge = { url: issuerUrl, fields: { reference } }
    return {
      ...untouched(request),
      authorisation: new Promise((resolve) => {
        clock.after(answerMilliseconds, () => resolve({ status: 'challenge', challenge }))
      }),
    }
  }

  function decide(payment: Payment, reference: string | undefined): GatewayAnswer {
    const isConfirmed = reference !== undefined && questions.get(reference)?.decision === 'confirmed'
    const refused = { outcome: 'declined', declineReason: 'authentication-failed' } as const
    payment.known ??= answerTo(payment.request, isConfirmed ? undefined : refused)
    return payment.known
  }

  function delayOf(card: SandboxCard | undefined, timeoutSeconds: number): number | 'never' {
    switch (card?.outcome) {
      case 'no-answer':
      case 'lost-answer':
        return 'never'
      case 'late-answer':
        return timeoutSeconds * 1000 + lateMilliseconds
      default:
        return answerMilliseconds
    }
  }

  return {
    authorise(request) {
      const before = ledger.get(request.idempotencyKey)
      if (before) return before.authorisation
      const payment = begin(request)
      ledger.set(request.idempotencyKey, payment)
      const oldest = ledger.size > mostPayments ? ledger.keys().next().value : undefined
      if (oldest !== undefined) ledger.delete(oldest)
      return payment.authorisation
    },
    async completeChallenge({ idempotencyKey, answer }) {
      const payment = ledger.get(idempotencyKey)
      if (!payment) throw new Error('There is no such payment.')
      return decide(payment, answer === 'abandoned' ? undefined : answer.reference)
    },
    issuerQuestion: (reference) => questions.get(reference),
    async reconcile({ idempotencyKey }) {
      const payment = ledger.get(idempotencyKey)
      return payment ? payment.known : { status: 'not-found' }
    },
    capture: async (order) =>
      once(order, (payment) => {
        if (payment.voided || payment.taken > 0 || order.amount.amountMinor > authorisedIn(payment))
          return '57'
        payment.taken = order.amount.amountMinor
      }),
    void: async (order) =>
      once(order, (payment) => {
        if (takenIn(payment) > 0) return '57'
        payment.voided = true
      }),
    refund: async (order) =>
      once(order, (payment) => {
        if (payment.givenBack + order.amount.amountMinor > takenIn(payment)) return '57'
        payment.givenBack += order.amount.amountMinor
      }),
  }

  /** Does what is asked with a payment, once for each key. @param act what it answers is why it was refused. */
  function once(order: FollowUp, act: (payment: Payment) => string | undefined): FollowUpAnswer {
    const before = followUps.get(order.idempotencyKey)
    if (before) return before
    const payment = ledger.get(order.paymentKey)
    const gatewayCode = payment ? act(payment) : '25'
    const answer: FollowUpAnswer = gatewayCode ? { status: 'refused', gatewayCode } : { status: 'done' }
    followUps.set(order.idempotencyKey, answer)
    return answer
  }
}

const untouched = ({ order, purpose }: AuthorisationRequest) => ({
  request: { order, purpose },
  known: undefined,
  taken: 0,
  givenBack: 0,
  voided: false,
})

const authorisedIn = ({ known }: Payment): number =>
  (known && 'amount' in known && known.amount?.amountMinor) || 0

const takenIn = (payment: Payment): number =>
  payment.request.purpose === 'charge' ? authorisedIn(payment) : payment.taken

/** One of the cards has another amount authorised than was asked for. */
const amountOf = (
  { amountMinor, currency }: Money,
  card: Pick<SandboxCard, 'outcome'> | undefined,
): Money => ({
  amountMinor: card?.outcome === 'other-amount' ? amountMinor + 1 : amountMinor,
  currency,
})

/** Compared byte by byte: the digits do not become a text. */
function isSame(digits: Digits, pan: string): boolean {
  return digits.count === pan.length && digits.unsafeBytes().every((byte, at) => byte === pan.charCodeAt(at))
}
