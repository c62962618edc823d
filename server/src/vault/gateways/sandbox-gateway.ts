import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import { type Random, randomAlphanumeric } from '../../base/random.ts'
import type { DeclineReason } from '../capture-result.ts'
import type { Digits } from '../fields/digits.ts'
import type { AuthorisationRequest, Gateway, GatewayAnswer, GatewayChallenge } from '../gateway.ts'
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
  readonly authorisation: Promise<GatewayAnswer | GatewayChallenge>
  /** What reconciliation finds; nothing while the gateway itself does not know. */
  known: GatewayAnswer | undefined
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
  const questions = new LRUCache<string, IssuerQuestion>({ max: mostPayments })

  function answerTo(card: SandboxCard | undefined): GatewayAnswer {
    const gatewayReference = `sandbox-${randomAlphanumeric(random, 16)}`
    const authorisationCode = randomAlphanumeric(random, 6).toUpperCase()
    switch (card?.outcome) {
      case 'declined': {
        const reason = card.declineReason ?? 'do-not-honour'
        return { status: 'declined', reason, gatewayReference, gatewayCode: declineCodes[reason] }
      }
      case 'review':
        return { status: 'review', gatewayReference, authorisationCode, gatewayCode: '01' }
      case 'error':
        return { status: 'error', gatewayReference, gatewayCode: '96' }
      default:
        return { status: 'approved', gatewayReference, authorisationCode, gatewayCode: '00' }
    }
  }

  function begin(request: AuthorisationRequest): Payment {
    const card = sandboxCards.find(({ pan }) => isSame(request.card.pan, pan))
    if (card?.outcome === 'challenge' && request.challengeReturnUrl !== undefined) {
      return beginChallenge(request, request.challengeReturnUrl)
    }
    const answer = answerTo(card)
    const delay = delayOf(card, request.timeoutSeconds)
    const payment: Payment = {
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
  function beginChallenge({ order }: AuthorisationRequest, returnUrl: string): Payment {
    const reference = randomAlphanumeric(random, 32)
    questions.set(reference, { order, returnUrl, decision: undefined })
    const challenge = { url: issuerUrl, fields: { reference } }
    return {
      known: undefined,
      authorisation: new Promise((resolve) => {
        clock.after(answerMilliseconds, () => resolve({ status: 'challenge', challenge }))
      }),
    }
  }

  function decide(payment: Payment, reference: string | undefined): GatewayAnswer {
    const isConfirmed = reference !== undefined && questions.get(reference)?.decision === 'confirmed'
    const declined = {
      pan: '',
      brand: '',
      outcome: 'declined',
      declineReason: 'authentication-failed',
    } as const
    payment.known ??= answerTo(isConfirmed ? undefined : declined)
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
    reconcile: async (idempotencyKey) => ledger.get(idempotencyKey)?.known,
  }
}

/** Compared byte by byte: the digits do not become a text. */
function isSame(digits: Digits, pan: string): boolean {
  return digits.count === pan.length && digits.unsafeBytes().every((byte, at) => byte === pan.charCodeAt(at))
}
