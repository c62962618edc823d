import type { DeclineReason } from '@tonegate/protocol/outcome'
import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import { createBoundedCache } from '../../base/bounded-cache.ts'
import { randomAlphanumeric } from '../../base/random.ts'
import { isSameSecret } from '../../base/signing/same-secret.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Digits } from '../model/digits.ts'
import type {
  AuthorisationRequest,
  ChallengeAnswer,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
  Money,
} from '../model/gateway.ts'
import { sandboxCards } from './sandbox-cards.ts'
import { createSandboxLedger, type SandboxPayment } from './sandbox-ledger.ts'

export { sandboxCards } from './sandbox-cards.ts'

/** How long after the flow's time-out a late answer comes. */
const lateMilliseconds = 5_000

/** The bank waits no longer for its customer than any flow does. */
const bankMilliseconds = 3_600_000

/** The oldest questions are forgotten when there are more. */
const maxQuestions = 10_000

const keptCardPattern = /^sandbox-card-[A-Za-z0-9]{16}$/
const noSuchCard = { outcome: 'declined', declineReason: 'invalid-card-number' } as const
const checkedPoints = ['credentials', 'raw-cards', 'moto', 'kept-cards', 'three-d-secure'] as const

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
 * A gateway that moves no money: {@link sandboxCards} say what it answers. Its ledger is in the region's database, like
 * that of a real one out of reach of this process: asked again with the same key, by whichever process, it answers the
 * same. The questions of its bank are in memory, for they hold the secret of a customer's link: whoever comes back to the
 * next process has not confirmed.
 *
 * @param answerMilliseconds how long it takes to answer.
 * @param issuerUrl the page of the customer's bank.
 */
export function createSandboxGateway({
  store,
  clock,
  random,
  issuerUrl,
  answerMilliseconds = 200,
}: Pick<StoreParts, 'store' | 'clock' | 'random'> & {
  readonly issuerUrl: string
  readonly answerMilliseconds?: number
}): SandboxGateway {
  const ledger = createSandboxLedger(store)
  const questions = createBoundedCache<string, IssuerQuestion>(maxQuestions)
  /** The reference of the question that belongs to a payment, by the payment's key. */
  const asked = createBoundedCache<string, { readonly reference: string }>(maxQuestions)

  function answerTo(
    { order, purpose }: Pick<SandboxPayment, 'order' | 'purpose'>,
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

  /** What the ledger will say of a payment; of its card only the outcome. */
  function paymentOf(
    { idempotencyKey, order, purpose, timeoutSeconds }: Omit<AuthorisationRequest, 'card'>,
    card: Pick<SandboxCard, 'outcome' | 'declineReason'> | undefined,
  ): SandboxPayment {
    const now = clock.now()
    const late = now + timeoutSeconds * 1000 + lateMilliseconds
    const { amountMinor, currency } = order
    const payment = { idempotencyKey, purpose, order: { amountMinor, currency } }
    const answer = answerTo(payment, card)
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

  /** The card's bank wants to ask its customer; nothing is charged until it has. */
  function challenged(request: AuthorisationRequest, returnUrl: string): SandboxPayment {
    const { idempotencyKey, purpose, order } = request
    const reference = randomAlphanumeric(random, 32)
    if (!asked.get(idempotencyKey)) {
      asked.set(idempotencyKey, { reference })
      questions.set(reference, { order, returnUrl, decision: undefined })
    }
    const answeredAt = clock.now() + answerMilliseconds
    return { idempotencyKey, purpose, order, answer: undefined, answeredAt, knownAt: undefined }
  }

  async function answered(
    payment: SandboxPayment,
    { signal }: Pick<AuthorisationRequest, 'signal'>,
  ): Promise<GatewayAnswer | GatewayChallenge> {
    const { idempotencyKey, answer, answeredAt } = await ledger.begin(payment)
    await new Promise<void>((resolve, reject) => {
      const stop = answeredAt !== undefined && clock.after(Math.max(0, answeredAt - clock.now()), resolve)
      const giveUp = () => {
        if (stop) stop()
        reject(signal.reason)
      }
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })
    if (answer) return answer
    const reference = asked.get(idempotencyKey)?.reference
    if (reference === undefined) throw new Error('The bank’s challenge no longer exists.')
    return { status: 'challenge', challenge: { url: issuerUrl, fields: { reference } } }
  }

  /** Whether this payment's own customer has confirmed it. A question is answered for once. */
  function takeConfirmation(idempotencyKey: string, answer: ChallengeAnswer): boolean {
    const reference = asked.get(idempotencyKey)?.reference
    if (reference === undefined) return false
    const { decision } = questions.get(reference) ?? {}
    asked.delete(idempotencyKey)
    return answer !== 'abandoned' && isSameSecret(answer.reference, reference) && decision === 'confirmed'
  }

  /** Ends a payment whose bank was asked: it is charged only where its customer confirmed it. */
  function decide(payment: SandboxPayment, isConfirmed: boolean): Promise<GatewayAnswer> {
    const refused = { outcome: 'declined', declineReason: 'authentication-failed' } as const
    const answer = answerTo(payment, isConfirmed ? undefined : refused)
    return ledger.decide(payment.idempotencyKey, answer, clock.now())
  }

  /** @param askedAt when the customer was sent to the bank; `undefined` where the gateway itself never knows. */
  const isOver = (askedAt: number | undefined): boolean =>
    askedAt !== undefined && clock.now() >= askedAt + bankMilliseconds

  return {
    authorise(request) {
      const card = sandboxCards.find(({ pan }) => isSame(request.card.pan, pan))
      const isAsked = card?.outcome === 'challenge' && request.challengeReturnUrl !== undefined
      return answered(
        isAsked ? challenged(request, request.challengeReturnUrl) : paymentOf(request, card),
        request,
      )
    },
    /** Every card that it keeps is approved: that a token is the account's own, the vault has looked at. */
    authoriseKept(request) {
      const isKept = keptCardPattern.test(request.token)
      return answered(paymentOf(request, isKept ? undefined : noSuchCard), request)
    },
    check: async () =>
      checkedPoints.map((what) => ({ what, state: 'in-order', detail: 'The sandbox charges no real card.' })),
    async completeChallenge({ idempotencyKey, answer }) {
      const payment = await ledger.find(idempotencyKey)
      if (!payment) throw new Error('There is no such payment.')
      return payment.answer ?? decide(payment, takeConfirmation(idempotencyKey, answer))
    },
    issuerQuestion: (reference) => questions.get(reference),
    async reconcile({ idempotencyKey }) {
      const payment = await ledger.find(idempotencyKey)
      if (!payment) return { status: 'not-found' }
      const { answer, answeredAt, knownAt } = payment
      if (!answer) return isOver(answeredAt) ? decide(payment, false) : undefined
      return knownAt !== undefined && knownAt <= clock.now() ? answer : undefined
    },
    capture: (order) => ledger.followUp('capture', order),
    void: (order) => ledger.followUp('void', order),
    refund: (order) => ledger.followUp('refund', order),
  }
}

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
